"""`vaxpass match`: vaccination records against the population register, on one machine or many.

What follows for a record is decided in `vaxpass.matching`; here is how its persons are found. Only
`engine.py` uses DuckDB, only `spark.py` Spark; `sql.py` holds the statements that both of them run.
"""
