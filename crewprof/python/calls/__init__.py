"""Calls in a project's Python: their arguments, and what is called."""
