"""The members of a project's enumerations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.python.exceptions import computed, raised
from crewprof.python.operators import is_known
from crewprof.python.uncertain import PartialText
from crewprof.python.values import ClassValue, External, FunctionValue, Instance
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.machine import Machine
    from crewprof.python.site import Site
    from crewprof.python.values import Value

ENUM_BASES: Final = frozenset({"Enum", "StrEnum", "IntEnum", "Flag", "IntFlag"})

_FLAGS: Final = frozenset({"Flag", "IntFlag"})
_NUMBERS: Final = frozenset({"IntEnum", "IntFlag", "int"})


def is_enumeration(cls: ClassValue) -> bool:
    """Whether a class derives from ``Enum``."""
    return bool(cls.external_bases() & ENUM_BASES)


def make_members(machine: Machine, cls: ClassValue, site: Site) -> bool:
    """Make the members of an enumeration, as far as it is known which it has."""
    bases = cls.external_bases()
    written: dict[int, Value] = {}
    """What stands for each ``auto()``: another name may be given the same."""
    raw: list[Value] = []
    values: list[tuple[Value, Instance]] = []
    has_unknown = False
    if cls.lookup("__new__") is not None:
        return False
    found = cls.lookup("__init__")
    maker = None if found is None else found[1]
    for name, value in list(cls.namespace.items()):
        if _is_hidden(name) or isinstance(value, FunctionValue | ClassValue):
            continue
        if isinstance(value, External | Instance) and value.name == "auto":
            if id(value) not in written:
                written[id(value)] = _generated(name, raw, bases, site)
            value = written[id(value)]
        raw.append(value)
        held = _kept(value, bases, site)
        if bases & _FLAGS and not _is_one_bit(held):
            return False
        has_unknown = has_unknown or isinstance(held, Unknown)
        cls.namespace[name] = held
        keywords = {"value": site.argument(held), "name": site.argument(name)}
        made = Instance(cls, site.place, keywords=keywords)
        machine.journal.bear(made.attributes)
        cls.members[name] = made
        if isinstance(maker, FunctionValue):
            given = held if isinstance(held, tuple) else (held,)
            machine.invoke(maker, [site.argument(one) for one in (made, *given)], {}, site)
        same = next((one for known, one in values if is_known(held) and known == held), None)
        if same is None:
            same = made
            values.append((held, same))
        cls.members[name] = same
    # What is not known may be another name of a member that is.
    return not has_unknown or len(cls.members) == 1


def _is_hidden(name: str) -> bool:
    return name.startswith("_")


def _is_one_bit(value: Value) -> bool:
    return isinstance(value, int) and value > 0 and value & (value - 1) == 0


def _generated(name: str, raw: list[Value], bases: set[str], site: Site) -> Value:
    """What ``auto()`` gives."""
    if "StrEnum" in bases:
        return name.lower()
    if not all(isinstance(one, int) for one in raw):
        # What comes after a text differs from version to version of Python.
        return site.unknown() if raw else 1
    numbers = [one for one in raw if isinstance(one, int)]
    if bases & _FLAGS:
        return 1 << max(numbers, default=0).bit_length()
    if numbers and numbers[-1] != max(numbers):
        return site.unknown()
    return numbers[-1] + 1 if numbers else 1


def _kept(value: Value, bases: set[str], site: Site) -> Value:
    """The value of a member: one of a number or text is made one."""
    if isinstance(value, Unknown | PartialText) or not is_known(value):
        return value
    if "StrEnum" in bases:
        if not isinstance(value, str):
            raise raised(site, TypeError(f"{value!r} is not a string"))
        return value
    if bases & _NUMBERS:
        return computed(site, int, value) if isinstance(value, int | float | str) else site.unknown()
    if "float" in bases:
        return computed(site, float, value) if isinstance(value, int | float | str) else site.unknown()
    if "str" in bases:
        return value if isinstance(value, str) else computed(site, str, value)
    return value
