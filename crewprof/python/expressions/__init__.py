"""Expressions of a project's Python: what each kind stands for."""
