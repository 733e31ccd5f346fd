"""Crews written as ``@CrewBase`` classes: YAML config and Python, read from the syntax tree, never run."""
