"""Runs that were measured: the file they are recorded in, matching to tasks, statistics. Knows no money."""
