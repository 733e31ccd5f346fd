"""``import``: modules of the project, and names of what is outside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.python.library_constants import named
from crewprof.python.site import Site
from crewprof.python.values import External, Frame, ModuleValue, Value

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping

    from crewprof.python.machine import Machine
    from crewprof.python.objects.attributes import Attributes
    from crewprof.python.statements.assignments import Assignments


class Imports:
    """Imports for a machine."""

    def __init__(self, machine: Machine, assignments: Assignments, attributes: Attributes) -> None:
        self.machine = machine
        self.assignments = assignments
        self.attributes = attributes

    def follow_import(self, node: ast.Import, frame: Frame) -> None:
        """``import module``."""
        project = self.machine.project
        folder = frame.module.folder
        for alias in node.names:
            module = project.find(alias.name, folder)
            if module is not None:
                self.machine.names_of(module)
            first = alias.name.partition(".")[0]
            if alias.asname is None and first != alias.name:
                top = project.find(first, folder)
                if top is not None:
                    self.machine.names_of(top)
                    self.assignments.bind(first, ModuleValue(top), frame)
                    continue
                if module is not None:
                    project.note_folder(first, folder)
                self.assignments.bind(first, External(first), frame)
                continue
            found: Value = External(alias.name) if module is None else ModuleValue(module)
            self.assignments.bind(alias.asname or alias.name, found, frame)

    def follow_import_from(self, node: ast.ImportFrom, frame: Frame) -> None:
        """``from module import name``."""
        project = self.machine.project
        if node.level:
            module = project.find_relative(frame.module.folder, node.level, node.module)
        else:
            module = project.find(node.module or "", frame.module.folder)
        for alias in node.names:
            if alias.name != "*":
                self.assignments.bind(alias.asname or alias.name, self._imported(node, alias, frame), frame)
            elif module is not None:
                names = self.machine.names_of(module)
                for key in _exported(names):
                    self.assignments.bind(key, names[key], frame)
                frame.module.stars.extend(module.stars)
            elif node.module and not node.level:
                frame.module.stars.append(node.module)

    def _imported(self, node: ast.ImportFrom, alias: ast.alias, frame: Frame) -> Value:
        project, folder = self.machine.project, frame.module.folder
        site = Site(alias, frame)
        if node.level:
            module = project.find_relative(folder, node.level, node.module)
            dotted = ".".join(filter(None, (node.module, alias.name)))
            nested = project.find_relative(folder, node.level, dotted)
        else:
            module = project.find(node.module or "", folder)
            nested = None if module else project.find(f"{node.module}.{alias.name}", folder)
        if module is not None:
            return self.attributes.member(module, alias.name, site)
        if nested is not None:
            self.machine.names_of(nested)
            return ModuleValue(nested)
        if node.level:
            return self.machine.unsure(site, f"`{alias.name}` comes from a module that was not found")
        return named(f"{node.module}.{alias.name}")


def _exported(names: Mapping[str, Value]) -> list[str]:
    """What ``from module import *`` takes."""
    chosen = names.get("__all__")
    if isinstance(chosen, list | tuple) and all(isinstance(one, str) for one in chosen):
        return [str(one) for one in chosen if one in names]
    return [key for key in names if not key.startswith("_")]
