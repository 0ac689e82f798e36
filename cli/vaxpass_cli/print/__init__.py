"""Passports on paper."""
