"""Which Python files hold crews, told from their syntax tree."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from crewprof.errors import NotACrew

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.source.python_document import PythonDocument

DEFAULT_CONFIG: Final = {"agents_config": "config/agents.yaml", "tasks_config": "config/tasks.yaml"}
"""Where CrewAI looks for YAML beside the class (crewai/project/crew_base.py, ``_set_config_paths``)."""

_HINT: Final = "give the file that makes the Crew, or its folder"


def crew_classes(tree: ast.Module) -> list[ast.ClassDef]:
    """The ``@CrewBase`` classes of a module, in order, nested ones included."""
    names = _decorators(tree)
    return [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and _is_crew_class(node, names)]


def is_crew_class(node: ast.ClassDef, tree: ast.Module) -> bool:
    """Whether a class of a module is a ``@CrewBase`` class."""
    return bool(node.decorator_list or node.keywords) and _is_crew_class(node, _decorators(tree))


def _is_crew_class(node: ast.ClassDef, names: frozenset[str]) -> bool:
    decorated = any(last_name(one) in names for one in node.decorator_list)
    return decorated or any(
        keyword.arg == "metaclass" and last_name(keyword.value) == "CrewBaseMeta" for keyword in node.keywords
    )


_SEEN: Final[WeakKeyDictionary[ast.Module, frozenset[str]]] = WeakKeyDictionary()


def _decorators(tree: ast.Module) -> frozenset[str]:
    """What ``@CrewBase`` may be called in a module; found once for each."""
    found = _SEEN.get(tree)
    if found is None:
        found = _SEEN[tree] = frozenset(("CrewBase", *_aliases(tree)))
    return found


def _aliases(tree: ast.Module) -> Iterator[str]:
    return (
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("crewai")
        for alias in node.names
        if alias.name == "CrewBase" and alias.asname
    )


def last_name(node: ast.expr) -> str | None:
    """``c`` of ``c``, ``a.b.c`` and ``a.b.c(…)``."""
    if isinstance(node, ast.Call):
        return last_name(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def plain_crew(document: PythonDocument) -> NotACrew | None:
    """The error that says where a module makes agents or tasks, though no crew, if it does."""
    calls = list(_crewai_calls(document.tree))
    if not calls:
        return None
    name, node = calls[0]
    place = document.place_of(node)
    return NotACrew(
        f"makes {name}(…), but no Crew",
        path=place.path,
        line=place.line,
        column=place.column,
        hint=_HINT,
    )


def _crewai_calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    imported = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "crewai"
        for alias in node.names
        if alias.name in ("Agent", "Crew", "Task")
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id=name) if name in imported:
                yield imported[name], node
            case ast.Attribute(value=ast.Name(id="crewai"), attr="Agent" | "Crew" | "Task" as name):
                yield name, node
            case _:
                continue
