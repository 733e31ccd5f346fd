"""Reading the crews of a Python file with ``@CrewBase`` classes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.loaders.crewbase.class_reader import CrewClass
from crewprof.crew.loaders.crewbase.crew_method import CrewMethod
from crewprof.crew.loaders.crewbase.detection import crew_classes
from crewprof.crew.loaders.registry import Loaded
from crewprof.errors import CrewprofError, InputError
from crewprof.python.interpreter import Interpreter
from crewprof.python.project import PythonProject
from crewprof.python.values import ClassValue, FunctionValue
from crewprof.source.documents import Documents

if TYPE_CHECKING:
    import ast

    from crewprof.crew.definition import Crew
    from crewprof.python.project import Module
    from crewprof.source.text import SourceText

_ROOT_MARKS: Final = (
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "requirements.txt",
    ".git",
    "uv.lock",
    "poetry.lock",
)
_ROOT_DEPTH: Final = 8


def holds(path: str, documents: Documents) -> bool:
    """Whether a Python file holds a ``@CrewBase`` class, or seems to and cannot be parsed."""
    try:
        text = documents.text(path).text
        return "CrewBase" in text and bool(crew_classes(documents.python(path).tree))
    except InputError:
        return documents.has_file(path) and "@CrewBase" in text


def load(path: str, documents: Documents) -> Loaded:
    """The crews of the ``@CrewBase`` classes of one file."""
    crews, errors = _load(path, PythonProject(project_root(Path(path)), documents))
    return Loaded(tuple(crews), errors=tuple(errors))


def load_crewbase(
    text: SourceText, documents: Documents | None = None
) -> tuple[list[Crew], list[CrewprofError]]:
    """The crews of one file, one per ``@crew`` method, and an error for each that could not be read.

    Raises :class:`InputError` when the file is not Python.
    """
    loaded = load(text.path, (documents or Documents()).with_texts({text.path: text}))
    return list(loaded.crews), list(loaded.errors)


def files_read(path: Path) -> set[Path]:
    """The files, resolved, that the crews in the file ``path`` are read from: YAML and project modules."""
    project = PythonProject(project_root(path))
    try:
        crews, _ = _load(str(path), project)
    except InputError:
        return set()
    texts = (Path(name).resolve() for crew in crews for name in crew.texts)
    return {*project.modules_read(), *texts}


def _load(path: str, project: PythonProject) -> tuple[list[Crew], list[CrewprofError]]:
    document = project.documents.python(path)
    root = project.root
    module = project.add(document)
    interpreter = Interpreter(project)
    crews: list[Crew] = []
    errors: list[CrewprofError] = []
    for node in crew_classes(document.tree):
        try:
            crews.extend(_crews_of_class(interpreter, module, node, root))
        except CrewprofError as error:
            errors.append(error)
    return crews, errors


def project_root(path: Path) -> Path:
    """The folder a project's Python is imported from: the nearest with a project file, if any."""
    folder = path.parent
    for candidate in [folder, *folder.absolute().parents][:_ROOT_DEPTH]:
        if any((candidate / mark).exists() for mark in _ROOT_MARKS):
            return candidate
    while (folder / "__init__.py").exists() and folder.parent != folder:
        folder = folder.parent
    return folder


def _crews_of_class(interpreter: Interpreter, module: Module, node: ast.ClassDef, root: Path) -> list[Crew]:
    document = module.document
    place = document.place_of(node)
    cls = _class_value(interpreter, module, node)
    if cls is None:
        raise InputError(
            f"the class {node.name} is made in a way that is not followed",
            path=document.path,
            line=place.line,
            column=place.column,
            hint="define it at the top level of the module",
        )
    crew_class = CrewClass(interpreter, place, cls)
    methods = _crew_methods(crew_class)
    if not methods and _is_base(interpreter, module, cls):
        return []
    if not methods:
        raise InputError(
            f"the class {node.name} has no @crew method",
            path=document.path,
            line=place.line,
            column=place.column,
            hint="CrewAI runs the crew that a method with @crew returns",
        )
    names = [node.name] if len(methods) == 1 else [f"{node.name}.{one.name}" for one in methods]
    return [
        CrewMethod(crew_class, method, root).crew(name) for method, name in zip(methods, names, strict=True)
    ]


def _class_value(interpreter: Interpreter, module: Module, node: ast.ClassDef) -> ClassValue | None:
    names = interpreter.names_of(module)
    return next((one for one in names.values() if isinstance(one, ClassValue) and one.node is node), None)


def _crew_methods(crew_class: CrewClass) -> list[FunctionValue]:
    """The ``@crew`` methods of the class, else of its bases, else a method called ``crew``."""
    for one in crew_class.cls.mro():
        found = [
            value
            for value in one.namespace.values()
            if isinstance(value, FunctionValue) and value.decorator("crew")
        ]
        if found:
            return found
    named = crew_class.cls.lookup("crew")
    return [named[1]] if named and isinstance(named[1], FunctionValue) else []


def _is_base(interpreter: Interpreter, module: Module, cls: ClassValue) -> bool:
    others = (one for one in interpreter.names_of(module).values() if isinstance(one, ClassValue))
    return any(cls in one.mro() for one in others if one is not cls)
