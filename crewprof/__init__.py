"""crewprof: a profiler and optimizer for CrewAI crew definitions."""

from __future__ import annotations

__version__ = "0.1.0"
