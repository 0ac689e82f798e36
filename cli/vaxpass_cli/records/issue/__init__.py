"""From matched records to passports."""
