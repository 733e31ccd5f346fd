"""Versioned report types and one file per format."""
