"""Names: where they are looked up, and what is raised where they are not bound."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Final

from crewprof.python.exceptions import raised
from crewprof.python.scopes import bound_by, bound_in
from crewprof.python.site import Site
from crewprof.python.values import (
    External,
    Frame,
    OneOf,
    Perhaps,
    Value,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
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
        star = frame.module.star_of(node.id)
        if star is not None:
            return External(star)
        if not frame.module.stars and node.id in _module_names(frame.module.document.tree):
            raise raised(site, NameError(f"name '{node.id}' is not defined"))
        if node.id in _CREWAI_NAMES:
            self.machine.note(site.unknown(f"`{node.id}` is not imported; taken as CrewAI's"))
            return External(f"crewai.{node.id}")
        return self.machine.unsure(site)


def _free(name: str) -> NameError:
    return NameError(
        f"cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
    )


def _module_names(tree: ast.Module) -> frozenset[str]:
    """Names that a module binds anywhere, in its functions by ``global`` too."""
    found: frozenset[str] | None = getattr(tree, "_crewprof_names", None)
    if found is None:
        shared = {
            name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for name in bound_in(node).shared
        }
        found = bound_by(tree.body).local | shared
        tree._crewprof_names = found  # type: ignore[attr-defined]
    return found
