"""Environment variables that a project's Python deletes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crewprof.python.machine import Machine
    from crewprof.python.site import Site
    from crewprof.python.values import Value
    from crewprof.source.unknown import Unknown


def unset(machine: Machine, name: Value, site: Site) -> Unknown:
    """Delete a variable; of one that is not named, any may be meant."""
    unknown = machine.unsure(site)
    machine.journal.touch(machine.environment)
    for key in [str(name)] if isinstance(name, str) else list(machine.environment):
        machine.environment[key] = unknown
    return unknown
