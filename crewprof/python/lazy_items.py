"""Iterators: what they give is found when it is asked for."""

from __future__ import annotations

from types import GeneratorType
from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.python.values import Value
    from crewprof.source.unknown import Unknown


@dataclass(eq=False, slots=True)
class LazyItems:
    """An iterator: what it gives next is found when it is asked for, once.

    ``layer`` is the number of the newest alternative that was followed when it was made. Where it would be
    advanced in a newer one, that could not be taken back: it is ``lost`` then.
    """

    source: Iterator[Value]
    layer: int
    lost: Unknown | None = None
    is_generator: bool = False
    reached: tuple[Value, ...] = ()
    """What advancing it may change."""

    def throw(self, error: Exception) -> Value:
        """Raise ``error`` where a generator waits; what it gives next.

        Raises StopIteration when it ends there, and what it does not catch.
        """
        assert isinstance(self.source, GeneratorType)
        return self.source.throw(error)
