"""Printed certificates: what stands on one (`sheet`), where (`layouts`, `flow`), the PDF (`paper`)."""
