"""Declarative flows: their methods, what they run, and the crews among it."""
