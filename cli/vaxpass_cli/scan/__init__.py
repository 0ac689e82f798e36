"""The scanner: reads frames and texts, shows verdicts, and keeps no data of travellers."""
