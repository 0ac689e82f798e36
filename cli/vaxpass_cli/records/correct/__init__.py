"""Apply the lists that facilities have corrected: `vaxpass correct`."""
