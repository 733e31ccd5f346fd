"""A project's Python, read without running it: modules, names, values, pydantic models."""
