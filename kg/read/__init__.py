"""Readers of bibliographic files: one module a format, sniffed by content."""
