"""Statements of a project's Python: what follows each kind."""
