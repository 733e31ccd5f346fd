"""Agents, tasks and crews from the objects that a project's Python makes of them."""
