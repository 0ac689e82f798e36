"""The EU Digital COVID Certificate (schema 1.0.0 to 1.3.3): types in `model`, form in `schema`."""
