"""What tests have in common: worlds, keys, screens, and the command as it is run."""
