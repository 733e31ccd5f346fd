"""The exit codes that have a name."""

from __future__ import annotations

from typing import Final

EXIT_UNABLE: Final = 2
"""crewprof could not do its work."""

EXIT_INTERRUPTED: Final = 130
"""Stopped by Ctrl-C, as shells count it (128 + SIGINT)."""
