"""``__slots__``: the attributes that instances of a class may have, where it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.python.functions.records import is_first_record
from crewprof.python.mappings import PlacedDict
from crewprof.python.objects.dataclass_fields import dataclass_fields, flag

if TYPE_CHECKING:
    from crewprof.python.values import ClassValue

_WITHOUT_DICT: Final = frozenset({"object", "ABC", "Generic", "Protocol"})


def slots_of(cls: ClassValue) -> frozenset[str] | None:
    """The attributes that instances may have; ``None`` for any, and where that is not known."""
    if cls.external_bases() - _WITHOUT_DICT:
        return None
    found: set[str] = set()
    for one in cls.mro():
        own = _own_slots(one)
        if own is None or "__dict__" in own:
            return None
        found |= own
    return frozenset(found)


def _own_slots(cls: ClassValue) -> set[str] | None:
    if flag(cls.decorator("dataclass"), "slots", default=False):
        fields = dataclass_fields(cls)
        return None if fields is None else {one.name for one in fields}
    slots = cls.namespace.get("__slots__")
    names = [slots] if isinstance(slots, str) else slots
    if not isinstance(names, list | tuple | PlacedDict):
        return None
    return (
        {one for one in names if isinstance(one, str)} if all(isinstance(one, str) for one in names) else None
    )


def is_slot(cls: ClassValue, name: str) -> bool:
    """Whether a class has what reads an attribute of its instances under a name: a slot, or a field."""
    for one in cls.mro():
        if name in (_own_slots(one) or ()) or (is_first_record(one) and name in one.annotations):
            return True
        if name in one.namespace:
            return False
    return False
