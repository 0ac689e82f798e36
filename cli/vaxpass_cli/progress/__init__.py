"""`vaxpass report`: how far records have come, by province and facility. Counts only, never persons."""
