"""JSON schemas of a project's types, read from their source."""
