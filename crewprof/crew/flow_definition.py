"""What a flow is, whatever the form it was written in: methods that start crews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass, field

if TYPE_CHECKING:
    from crewprof.source.place import Place
    from crewprof.source.unknown import Unknown


@dataclass(frozen=True, slots=True)
class FlowMethod:
    """A method of a flow.

    ``listens``: names of the methods (or router labels) that start it. ``crews``: names of the crews it
    kicks off, in order. ``times``: how often it runs in one kickoff of the flow. ``not_counted``: what it
    does that costs money and is not priced (a model called directly), a clause for the report.
    """

    name: str
    place: Place
    starts: bool = False
    listens: tuple[str, ...] = ()
    crews: tuple[str, ...] = ()
    times: Range[int] = field(default_factory=lambda: Range.exactly(1))
    not_counted: tuple[Unknown, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow: methods that start crews. ``crews`` of its methods are found by name and path among the crews
    read beside it."""

    name: str
    path: str
    place: Place
    methods: tuple[FlowMethod, ...]
    unknowns: tuple[Unknown, ...] = ()
