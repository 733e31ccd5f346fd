"""Where in a project's Python something happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python.values import Argument, Value
from crewprof.quick_dataclasses import dataclass
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.values import Frame
    from crewprof.source.place import Place
    from crewprof.source.python_document import Positioned


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A node of a syntax tree with the names it sees."""

    node: Positioned
    frame: Frame

    @property
    def place(self) -> Place:
        """Where the node stands; found once for each node, as code in loops comes here often."""
        known: Place | None = getattr(self.node, "_crewprof_place", None)
        if known is None:
            known = self.frame.module.document.place_of(self.node)
            self.node._crewprof_place = known  # type: ignore[union-attr]
        return known

    @property
    def source(self) -> str:
        """What is written there, on one line."""
        return shortened(self.frame.module.document.source_of(self.node))

    def unknown(self, why: str | None = None) -> Unknown:
        """That what stands there is not known, and why."""
        if why is not None:
            return Unknown(why, self.place)
        known: Unknown | None = getattr(self.node, "_crewprof_unknown", None)
        if known is None:
            known = Unknown(f"`{self.source}` is only known when the crew runs", self.place)
            self.node._crewprof_unknown = known  # type: ignore[union-attr]
        return known

    def argument(self, value: Value) -> Argument:
        """``value`` as if it were the argument written there."""
        place = self.place
        return Argument(value, place, place)


def shortened(source: str, limit: int = 60) -> str:
    """Source text on one line, cut after ``limit`` characters."""
    flat = " ".join(source.split())
    return flat if len(flat) <= limit else f"{flat[: limit - 1]}…"
