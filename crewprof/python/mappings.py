"""Mappings whose entries know where they were written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, TypeAlias

from crewprof.python.values import External, Written
from crewprof.quick_dataclasses import dataclass
from crewprof.source.field import Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.python.values import Instance, Value
    from crewprof.source.place import Place
    from crewprof.source.unknown import Unknown


@dataclass(frozen=True, slots=True, eq=False)
class DictView:
    """``d.keys()``, ``d.values()`` or ``d.items()``."""

    kind: Literal["keys", "values", "items"]
    mapping: dict[object, object]


DictKind: TypeAlias = Literal["dict", "defaultdict", "Counter", "OrderedDict"]
"""Classes of mappings, all of them kinds of ``dict``."""


class PlacedDict(dict[object, object]):
    """A mapping whose entries know where they were written, as far as that is known.

    ``rest`` is set when there may be other entries, and the order is not known. ``kind`` is its class;
    ``factory`` makes the value of a missing key of a ``defaultdict``. ``owner`` is the object whose
    ``__dict__`` it is.
    """

    def __init__(self, entries: Mapping[object, object] = {}, written: Mapping[object, Written] = {}) -> None:
        super().__init__(entries)
        self.written = dict(written)
        self.rest: Unknown | None = None
        self.kind: DictKind = "dict"
        self.owner: Instance | None = None
        self.factory: Value = None

    def copy(self) -> PlacedDict:
        """A shallow copy that keeps the places."""
        made = PlacedDict(self, self.written)
        made.rest, made.kind, made.factory = self.rest, self.kind, self.factory
        return made

    def __repr__(self) -> str:
        shown = dict.__repr__(self)
        match self.kind:
            case "dict":
                return shown
            case "Counter":
                return repr(Counter(self))
            case "defaultdict":
                factory = None if self.factory is None else getattr(self.factory, "name", "?")
                return f"defaultdict({factory and f'<class {factory!r}>'}, {shown})"
            case "OrderedDict":
                return f"OrderedDict({shown})"

    @property
    def is_shown_plainly(self) -> bool:
        """Whether its text is the same in every run and version of Python."""
        factory = self.factory
        is_named = factory is None or (isinstance(factory, External) and factory.package == "builtins")
        return self.kind != "OrderedDict" and is_named

    def put(self, key: object, value: object, written: Written | None) -> None:
        """Set an entry and where it was written."""
        self[key] = value
        if written is None:
            self.written.pop(key, None)
        else:
            self.written[key] = written

    def add_all(self, other: Mapping[object, object]) -> None:
        """Take over the entries of ``other`` with their places."""
        for key, value in other.items():
            self.put(key, value, other.written.get(key) if isinstance(other, PlacedDict) else None)

    def fields(self, place: Place) -> dict[str, Field]:
        """The entries as fields; ``place`` is for those of unknown origin."""
        unplaced = Written(place, place, "python")
        found: dict[str, Field] = {}
        for key, value in self.items():
            written = self.written.get(key, unplaced)
            found[str(key)] = Field(
                value,
                written.place,
                written.key_place,
                is_editable=written.origin == "yaml",
                is_looked_up=written.origin == "yaml",
            )
        return found
