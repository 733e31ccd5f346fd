"""Files of data that come with crewprof.

``importlib.resources`` would read them too, for the price of loading a dozen modules.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def bundled_text(room: str, name: str) -> str:
    """The text of ``name`` in the folder ``data`` of a room of this package."""
    return (_PACKAGE / room / "data" / name).read_text("utf-8")
