"""Names: where they are looked up, and what is raised where they are not bound."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Final

from crewprof.python.exceptions import raised
from crewprof.python.scopes import names_bound_by
from crewprof.python.site import Site
from crewprof.python.uncertain import OneOf, Perhaps
from crewprof.python.values import ClassValue, External, Frame, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    import ast

    from crewprof.python.machine import Machine

_BUILTINS: Final = frozenset(dir(builtins))

_CREWAI_NAMES: Final = frozenset({"Agent", "Task", "Crew", "Process", "LLM"})


class Names:
    """Looks names up for a machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def read_name(self, node: ast.Name, frame: Frame) -> Value:
        """What a name stands for; raises where it is not bound."""
        name = node.id
        if name not in frame.shared:
            holder: Frame | None = frame
            while holder is not None:
                if name in holder.names:
                    return self._read(holder.names[name], node, frame)
                if name in holder.local and holder.is_class:
                    # A class body looks for what it binds itself in the module, not around it.
                    break
                if name in holder.local:
                    text = f"cannot access local variable '{name}' where it is not associated with a value"
                    raise raised(
                        Site(node, frame), UnboundLocalError(text) if holder is frame else _free(name)
                    )
                holder = holder.outer
        names = self.machine.names_of(frame.module)
        if name in names:
            return self._read(names[name], node, frame)
        if name in _BUILTINS:
            return External(f"builtins.{name}")
        return self._unbound(node, frame)

    def _read(self, value: Value, node: ast.Name, frame: Frame) -> Value:
        """What a bound name stands for; reading one that may not be bound may raise."""
        if not isinstance(value, Perhaps):
            return value
        error = raised(Site(node, frame), NameError(f"name '{node.id}' is not defined"))
        self.machine.may_raise(error, value)
        if len(value.options) == 1 and isinstance(value.options[0], Unknown):
            return value.options[0]
        return OneOf(value.reason, value.place, value.options, value.variable, value.usual)

    def _unbound(self, node: ast.Name, frame: Frame) -> Value:
        site = Site(node, frame)
        if node.id == "__class__" and (owner := _owner(frame)) is not None:
            return owner
        star = frame.module.star_of(node.id)
        if star is not None:
            return External(star)
        if not frame.module.stars and node.id in names_bound_by(frame.module.document.tree):
            raise raised(site, NameError(f"name '{node.id}' is not defined"))
        if node.id in _CREWAI_NAMES:
            self.machine.note(site.unknown(f"`{node.id}` is not imported; taken as CrewAI's"))
            return External(f"crewai.{node.id}")
        is_given = frame.module.stars or node.id.startswith("__")
        return self.machine.unsure(site, None if is_given else f"`{node.id}` is not defined in this file")


def _owner(frame: Frame | None) -> ClassValue | None:
    """The class that a method is written in."""
    while frame is not None and frame.owner is None:
        frame = frame.outer
    return None if frame is None else frame.owner


def _free(name: str) -> NameError:
    return NameError(
        f"cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
    )
