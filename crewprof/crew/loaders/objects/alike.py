"""Objects of which it does not matter which one it is: what one says holds for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python.equivalence import same
from crewprof.python.mappings import PlacedDict
from crewprof.python.uncertain import FromEnvironment, OneOf, UnknownItems
from crewprof.python.values import Argument, Instance
from crewprof.quick_dataclasses import dataclass, field
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from crewprof.python.values import Value


def standing_for(options: Sequence[Value]) -> list[Value]:
    """Those of ``options`` that say what all of them say: made at one place, unknown where they differ.

    Code that makes an object when it is first asked for (``if self._cook is None: self._cook = Cook()``)
    makes such objects wherever it may be asked first.
    """
    covering = _Covering()
    return [one for one in options if all(covering.covers(one, other) for other in options)]


@dataclass
class _Covering:
    found: dict[tuple[int, int], bool] = field(default_factory=dict)
    """What was compared. Objects that hold themselves do not cover each other."""

    def covers(self, one: Value, other: Value) -> bool:
        """Whether ``other`` says what ``one`` says, or more."""
        if same(one, other):
            return True
        pair = id(one), id(other)
        if pair not in self.found:
            self.found[pair] = False
            self.found[pair] = self._covers(one, other)
        return self.found[pair]

    def _covers(self, one: Value, other: Value) -> bool:
        match one, other:
            case OneOf(), _:
                return self._covers_option(one, other)
            case UnknownItems(), _:
                return isinstance(other, UnknownItems) and one.usual is None
            case Unknown(), _:
                return True
            case Instance(), Instance():
                return self._covers_instance(one, other)
            case FromEnvironment(), FromEnvironment():
                return one.variable == other.variable and self.covers(one.value, other.value)
            case PlacedDict(), PlacedDict():
                is_open = one.rest is not None
                return is_open == (other.rest is not None) and self._covers_entries(one, other)
            case [UnknownItems(usual=None)], list() | tuple():
                return type(one) is type(other)
            case list() | tuple(), list() | tuple():
                is_one_kind = type(one) is type(other) and len(one) == len(other)
                return is_one_kind and all(map(self.covers, one, other))
            case _:
                return False

    def _covers_option(self, one: OneOf, other: Value) -> bool:
        if one.usual is not None:
            # What is read is its default, which another value need not be.
            return False
        options = other.options if isinstance(other, OneOf) else (other,)
        return all(any(self.covers(known, option) for known in one.options) for option in options)

    def _covers_instance(self, one: Instance, other: Instance) -> bool:
        return (
            one.place == other.place
            and same(one.callee, other.callee)
            and len(one.arguments) == len(other.arguments)
            and all(self.covers(*pair) for pair in _values(one.arguments, other.arguments))
            and self._covers_entries(one.keywords, other.keywords)
            and self._covers_entries(one.attributes, other.attributes)
        )

    def _covers_entries(self, one: Mapping[Any, object], other: Mapping[Any, object]) -> bool:
        both = [name for name in one if name in other]
        more = [name for name in one if name not in other]
        return (
            len(both) == len(other)
            and all(self.covers(*pair) for pair in _values([one[n] for n in both], [other[n] for n in both]))
            and all(type(value) is Unknown for value, _ in _values([one[n] for n in more], more))
        )


def _values(ones: Sequence[object], others: Sequence[object]) -> list[tuple[object, object]]:
    return [(_value(one), _value(other)) for one, other in zip(ones, others, strict=True)]


def _value(given: object) -> object:
    return given.value if isinstance(given, Argument) else given
