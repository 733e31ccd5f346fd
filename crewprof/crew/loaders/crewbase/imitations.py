"""Projects that define a ``CrewBase`` of their own, which is not CrewAI's."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.crew.loaders.project_code.importers import project_of

if TYPE_CHECKING:
    from crewprof.source.documents import Documents
    from crewprof.source.python_document import PythonDocument

_NAME = "CrewBase"


def is_imitated(document: PythonDocument, documents: Documents) -> bool:
    """Whether what a module calls ``CrewBase`` is made in the project, without CrewAI."""
    for node in ast.walk(document.tree):
        if isinstance(node, ast.ImportFrom) and any(one.name == _NAME for one in node.names):
            found = _imported(document, node, documents)
            return found is not None and _defines(found)
    return _defines(document)


def _imported(document: PythonDocument, node: ast.ImportFrom, documents: Documents) -> PythonDocument | None:
    """The module of the project that a name is imported from."""
    dotted, folder = node.module or "", Path(document.path).parent
    if not node.level and dotted.partition(".")[0] == "crewai":
        return None
    project = project_of(document.path, documents)
    found = (
        project.find_relative(folder, node.level, node.module) if node.level else project.find(dotted, folder)
    )
    return None if found is None else found.document


def _defines(document: PythonDocument) -> bool:
    """Whether a module defines the name, and takes nothing from CrewAI to do so."""
    defined = any(
        isinstance(one, ast.ClassDef | ast.FunctionDef) and one.name == _NAME for one in document.tree.body
    )
    return defined and not any(map(_takes_from_crewai, ast.walk(document.tree)))


def _takes_from_crewai(node: ast.AST) -> bool:
    names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
    if isinstance(node, ast.ImportFrom) and not node.level:
        names = [node.module or ""]
    return any(one.partition(".")[0] == "crewai" for one in names)
