"""``globals()``: the names of a module, looked up and bound like entries of a mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python.uncertain import PartialText, Perhaps
from crewprof.python.values import ModuleValue
from crewprof.quick_dataclasses import dataclass
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.machine import Machine
    from crewprof.python.project import Module
    from crewprof.python.site import Site
    from crewprof.python.values import Value


@dataclass(frozen=True, slots=True)
class ModuleNames(Unknown):
    """``globals()``: the names of a module, which can be looked up and bound by it."""

    module: Module


def names_of(machine: Machine, module: Module, site: Site) -> ModuleNames:
    """The names of a module. What is done to something unknown may be done to what they stand for."""
    machine.escaping.add(module.names.values())
    unknown = site.unknown()
    return ModuleNames(unknown.reason, unknown.place, module)


def is_text(key: Value) -> bool:
    """Whether a key is a text of which all is known."""
    return isinstance(key, str) and not isinstance(key, PartialText)


def _bound(names: ModuleNames, key: Value) -> Value:
    found = names.module.names.get(str(key)) if is_text(key) else None
    return None if isinstance(found, Perhaps) else found


def item(machine: Machine, names: ModuleNames, key: Value, site: Site) -> Value:
    """``globals()[key]``."""
    is_bound = holds(names, key)
    return _bound(names, key) if is_bound else machine.unsure(site)


def holds(names: ModuleNames, key: Value) -> bool | None:
    """``key in globals()``; ``None`` if that is not known: some names are Python's own."""
    held = names.module.names
    return True if is_text(key) and key in held and not isinstance(held[str(key)], Perhaps) else None


def put(machine: Machine, names: ModuleNames, key: Value, value: Value, site: Site) -> None:
    """``globals()[key] = value``."""
    if not is_text(key):
        machine.escaping.add([value])
        lose(machine, names, site)
        return
    machine.journal.touch(names.module.names)
    names.module.names[str(key)] = value


def remove(machine: Machine, names: ModuleNames, key: Value, site: Site) -> None:
    """``del globals()[key]``."""
    if not holds(names, key):
        lose(machine, names, site)
        return
    machine.journal.touch(names.module.names)
    del names.module.names[str(key)]


def lose(machine: Machine, names: ModuleNames, site: Site) -> None:
    """Any name of a module may stand for something else from here on."""
    unknown = machine.unsure(site)
    held = names.module.names
    machine.journal.touch(held)
    machine.escaping.add(held.values())
    for name in held:
        held[name] = Perhaps(unknown.reason, unknown.place, (unknown,))


def loaded(machine: Machine, key: Value, site: Site) -> Value:
    """``sys.modules[key]``."""
    found = read_module(machine, key)
    return everything(machine, site) if found is None else ModuleValue(found)


def read_module(machine: Machine, name: Value) -> Module | None:
    """The module that has a name, among those that have been read."""
    known = (one for one in machine.project.modules() if one.is_read and one.names.get("__name__") == name)
    return next(known, None) if is_text(name) else None


def everything(machine: Machine, site: Site) -> Value:
    """What may be any object there is."""
    for one in machine.project.modules():
        machine.escaping.add(one.names.values())
    machine.escaping.add(machine.classes)
    return machine.unsure(site)
