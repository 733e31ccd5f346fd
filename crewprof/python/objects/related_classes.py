"""Methods that every class has: ``cls.mro()``, ``cls.__subclasses__()``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.python.operators import foreign_bases
from crewprof.python.values import ANY_ATTRIBUTE, ClassValue, External, Instance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crewprof.python.machine import Machine
    from crewprof.python.site import Site
    from crewprof.python.values import Value


def _order(machine: Machine, cls: ClassValue, site: Site) -> Value:
    """The class and those it derives from, in Python's order."""
    if cls.external_bases() or foreign_bases(cls):
        machine.escaping.add(cls.mro())
        return machine.unsure(site)
    made: list[Value] = [*cls.mro(), External("builtins.object")]
    machine.journal.bear(made)
    return made


def _subclasses(machine: Machine, cls: ClassValue, site: Site) -> Value:
    """The classes that name ``cls`` as a base, in the order made; Unknown where another may be among them.

    One that nobody names any more lives until Python clears away what is not used: nobody knows when.
    """
    machine.charge(1 + len(machine.classes))
    own = [one for one in machine.classes if cls in one.bases]
    if (
        machine.escaping.has(cls)
        or foreign_bases(cls)
        or any("__bases__" in one.namespace or _has_unseen_base(one) for one in machine.classes)
        or not all(map(_is_named, own))
    ):
        machine.escaping.add(one for one in machine.classes if cls in one.mro())
        return machine.unsure(site)
    made: list[Value] = list(own)
    machine.journal.bear(made)
    return made


def _has_unseen_base(cls: ClassValue) -> bool:
    return not all(isinstance(one, ClassValue | External) for one in cls.bases)


def _is_named(cls: ClassValue) -> bool:
    """Whether a class is what its module calls so: it was surely made, and lives."""
    return cls.module.names.get(cls.name) is cls and not any(map(_is_replacing, cls.decorators))


def _is_replacing(decorator: Value) -> bool:
    """Whether a decorator may have made another class of one, which lives beside it."""
    if isinstance(decorator, Instance):
        return decorator.name != "dataclass" or not {"slots", ANY_ATTRIBUTE}.isdisjoint(decorator.keywords)
    return not isinstance(decorator, External) or decorator.name != "dataclass"


METHODS_OF_CLASSES: Final[Mapping[str, Callable[[Machine, ClassValue, Site], Value]]] = {
    "mro": _order,
    "__subclasses__": _subclasses,
}
