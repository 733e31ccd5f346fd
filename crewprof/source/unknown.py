"""What cannot be known from the text of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from crewprof.source.place import Place


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that cannot be known without running the project (a call, a splat, a runtime name).

    ``reason`` is a sentence for the report: what stands there and what is assumed instead.
    """

    reason: str
    place: Place
