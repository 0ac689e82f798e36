"""Matching of records with a register."""
