"""WHO's digital international certificate of vaccination or prophylaxis (ICVP, claim -6 of an HCERT).

`model` has its fields in all their generations, `catalogue` the products that count.
"""
