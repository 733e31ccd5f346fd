"""Crews that Python makes by calling ``Agent(…)``, ``Task(…)`` and ``Crew(…)`` itself; read, never run."""
