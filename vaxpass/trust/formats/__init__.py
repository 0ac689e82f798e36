"""The formats of trust lists; `vaxpass.trust.reader.FORMATS` registers them.

A module has `NAME`, `matches(data)` and `read(data, reading)`. Lists that differ only in where kid and
key stand are rows of `keyed`. `signed_json` and `detached_cose` verify what several lists have in
common.
"""
