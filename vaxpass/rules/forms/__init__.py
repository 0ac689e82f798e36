"""The forms in which rules are published, one module each; `vaxpass.rules.reading` registers them."""
