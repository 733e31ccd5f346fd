"""The exit codes that have a name."""

from __future__ import annotations

from typing import Final

EXIT_UNABLE: Final = 2
"""crewprof could not do its work."""
