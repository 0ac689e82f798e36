"""Print passports: certificates as PDF, and QR codes as pictures."""
