"""`python -m vaxpass_cli`."""

from vaxpass_cli.main import main

main()
