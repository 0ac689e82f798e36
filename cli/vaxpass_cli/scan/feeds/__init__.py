"""Feeds: where codes come from (cameras, videos, files, hand scanners)."""
