"""Where something stands: a span of a file, with the route that leads there in its data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Route: TypeAlias = "tuple[str | int, ...]"
"""Keys and indices from the root of a YAML or JSON document to a node; ``()`` is the root."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A span of a file. Lines and columns start at 1; columns count characters; the end is exclusive.

    ``route`` is ``None`` where there is no data tree (Python source).
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    route: Route | None = None
