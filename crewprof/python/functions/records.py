"""Instances of ``NamedTuple`` classes of a project: making them, and the methods that only they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from crewprof.python.exceptions import raised
from crewprof.python.given import NOT_KNOWN, Given
from crewprof.python.mappings import PlacedDict
from crewprof.python.native_values import Record
from crewprof.python.uncertain import UnknownItems
from crewprof.python.values import ClassValue, External, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crewprof.python.iteration import Iteration
    from crewprof.python.machine import Machine
    from crewprof.python.site import Site
    from crewprof.python.values import Argument

_TAKEN: Final = frozenset(
    (
        *("__new__", "__init__", "__slots__", "__getnewargs__"),
        *("_fields", "_field_defaults", "_field_types", "_make", "_replace", "_asdict", "_source"),
    )
)
"""What a ``NamedTuple`` class may not define."""


def is_record_class(cls: ClassValue) -> bool:
    """Whether instances of a class are named tuples."""
    return "NamedTuple" in cls.external_bases()


def fields_of(cls: ClassValue) -> tuple[str, ...]:
    """The fields of a named tuple, in order: a class that derives from one has those of the other."""
    return tuple(name for one in reversed(cls.mro()) if is_first_record(one) for name in one.annotations)


def is_first_record(cls: ClassValue) -> bool:
    """Whether a class is written as a named tuple: it has no other attributes than its fields."""
    return any(isinstance(base, External) and base.name == "NamedTuple" for base in cls.bases)


def record_refusal(cls: ClassValue) -> Exception | None:
    """What Python raises for the class of a named tuple that it refuses."""
    if not is_first_record(cls):
        return None
    taken = next((name for name in cls.namespace if name in _TAKEN), None)
    if taken is not None:
        return AttributeError(f"Cannot overwrite NamedTuple attribute {taken}")
    hidden = next((name for name in cls.annotations if name.startswith("_")), None)
    if hidden is not None:
        return ValueError(f"Field names cannot start with an underscore: {hidden!r}")
    has_default = False
    for name in cls.annotations:
        if has_default and name not in cls.namespace:
            return TypeError(f"Non-default namedtuple field {name} cannot follow default field")
        has_default = has_default or name in cls.namespace
    return None


def made_record(
    cls: ClassValue, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
) -> Record:
    """What calling the class of a named tuple gives."""
    fields = fields_of(cls)
    given = {name: one.value for name, one in zip(fields, arguments, strict=False)}
    if len(arguments) > len(fields) or set(keywords) - set(fields) or set(keywords) & set(given):
        raise raised(site, TypeError(f"{cls.name}.__new__() got unexpected arguments"))
    given.update({name: one.value for name, one in keywords.items()})
    for name in fields:
        found = cls.lookup(name)
        if name not in given and found is None:
            raise raised(site, TypeError(f"{cls.name}.__new__() missing a required argument: '{name}'"))
        if name not in given and found is not None:
            given[name] = found[1]
    return Record.of(cls, fields, [given[name] for name in fields])


class Records:
    """Calls methods of named tuples for a machine."""

    def __init__(self, machine: Machine, iteration: Iteration) -> None:
        self.machine = machine
        self.iteration = iteration

    def method(self, receiver: Value, name: str, given: Given) -> Value:
        """``receiver.name(…)``; ``NOT_KNOWN`` for a method that every tuple has."""
        if isinstance(receiver, ClassValue):
            is_maker = name == "_make" and is_record_class(receiver) and len(given.values) == 1
            return self._make(receiver, given) if is_maker else NOT_KNOWN
        method = _METHODS.get(name) if isinstance(receiver, Record) else None
        return NOT_KNOWN if method is None else method(self, receiver, given)  # type: ignore[arg-type]

    def _make(self, cls: ClassValue, given: Given) -> Value:
        items = self.iteration.listed(given.values[0], given.site)
        if any(isinstance(one, UnknownItems) for one in items):
            return self.machine.unsure(given.site)
        return made_record(cls, [given.site.argument(one) for one in items], {}, given.site)

    def _as_dict(self, receiver: Record, _given: Given) -> Value:
        made = PlacedDict(dict(zip(receiver.fields, receiver, strict=True)))
        self.machine.journal.bear(made)
        return made

    def _replace(self, receiver: Record, given: Given) -> Value:
        unknown = set(given.named) - set(receiver.fields)
        if unknown or given.values:
            raise raised(given.site, ValueError(f"Got unexpected field names: {sorted(unknown)!r}"))
        named = zip(receiver.fields, receiver, strict=True)
        return receiver.with_items([given.named.get(name, item) for name, item in named])


_Method: TypeAlias = "Callable[[Records, Record, Given], Value]"

_METHODS: Final[Mapping[str, _Method]] = {"_asdict": Records._as_dict, "_replace": Records._replace}
