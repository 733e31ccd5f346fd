"""Reading the crews of a Python file with ``@CrewBase`` classes."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from crewprof.crew.loaders.crewbase.class_reader import CrewClass
from crewprof.crew.loaders.crewbase.crew_method import CrewMethod
from crewprof.crew.loaders.crewbase.detection import crew_classes, plain_crew
from crewprof.crew.loaders.crewbase.imitations import is_imitated
from crewprof.crew.loaders.crewbase.made_with import made_with, takes_more
from crewprof.crew.loaders.objects.call_routes import with_routes
from crewprof.crew.loaders.objects.members import is_made_by
from crewprof.crew.loaders.objects.wrong_calls import wrong_calls
from crewprof.crew.loaders.project_code.following import Follower
from crewprof.crew.loaders.project_code.importers import project_of
from crewprof.crew.loaders.project_code.processes import Process, Processes
from crewprof.crew.loaders.project_code.starting import started
from crewprof.crew.loaders.project_code.syntax import syntax_of
from crewprof.crew.loaders.registry import Loaded
from crewprof.errors import CrewprofError, InputError, NotACrew
from crewprof.python.interpreter import Interpreter
from crewprof.python.values import ClassValue, FunctionValue, Instance
from crewprof.source.documents import Documents

if TYPE_CHECKING:
    from pathlib import Path

    from crewprof.crew.definition import Crew
    from crewprof.crew.loaders.project_code.processes import Run
    from crewprof.python.project import Module, PythonProject
    from crewprof.python.values import Argument
    from crewprof.source.text import SourceText


def holds(path: str, documents: Documents) -> bool:
    """Whether a Python file holds a ``@CrewBase`` class, or seems to and cannot be parsed."""
    try:
        text = documents.text(path).text
    except InputError:
        return False
    if "CrewBase" not in text:
        return False
    try:
        document = documents.python(path)
        return bool(crew_classes(document.tree)) and not is_imitated(document, documents)
    except InputError:
        return "@CrewBase" in text


def load(path: str, documents: Documents) -> Loaded:
    """The crews of the ``@CrewBase`` classes of one file.

    Raises :class:`NotACrew` when it has none.
    """
    document = documents.python(path)
    if not crew_classes(document.tree) or is_imitated(document, documents):
        hint = "give the file that makes the Crew, or its folder"
        raise plain_crew(document) or NotACrew("there is no crew in this file", path=path, hint=hint)
    crews, errors = _load(path, project_of(path, documents))
    return Loaded(tuple(with_routes(crews)), errors=tuple(errors))


def load_crewbase(
    text: SourceText, documents: Documents | None = None
) -> tuple[list[Crew], list[CrewprofError]]:
    """The crews of one file, one per ``@crew`` method, and an error for each that could not be read.

    Raises :class:`InputError` when the file is not Python.
    """
    loaded = load(text.path, (documents or Documents()).with_texts({text.path: text}))
    return list(loaded.crews), list(loaded.errors)


def _load(path: str, project: PythonProject) -> tuple[list[Crew], list[CrewprofError]]:
    interpreter = Interpreter(project)
    module = project.add(project.documents.python(path))
    # What the module's own code starts is seen the one time it is run: before its classes are asked, which
    # no other process may see.
    commands = Processes.of(project.documents).commands_of(module, project)
    follower = Follower(Process(interpreter, module, commands))
    found, errors = _classes(module, interpreter)
    if found:
        follower.follow_users()
    runs = follower.runs
    errors.extend(wrong_calls(interpreter.made, interpreter.project))
    return [started(crew, runs, _made_by(method, runs)) for crew, method in found], errors


def _classes(
    module: Module, interpreter: Interpreter
) -> tuple[list[tuple[Crew, FunctionValue]], list[CrewprofError]]:
    """The crews of a file with the methods that make them, and an error for each that could not be read."""
    found: list[tuple[Crew, FunctionValue]] = []
    errors: list[CrewprofError] = []
    for node in crew_classes(module.document.tree):
        try:
            found.extend(_crews_of_class(interpreter, module, node, interpreter.project.root))
        except CrewprofError as error:
            errors.append(error)
    return found, errors


def _made_by(method: FunctionValue, runs: list[Run]) -> list[Instance]:
    """The crews that a method of a class makes where the project calls it."""
    return [
        made
        for run in runs
        for made in run.made
        if is_made_by(made, "Crew") and made.function is not None and made.function.node is method.node
    ]


def _crews_of_class(
    interpreter: Interpreter, module: Module, node: ast.ClassDef, root: Path
) -> list[tuple[Crew, FunctionValue]]:
    document = module.document
    place = document.place_of(node)
    cls = _class_value(interpreter, module, node)
    if cls is None:
        failure = interpreter.failures.get(module.path)
        if failure is not None:
            raise InputError(
                f"cannot read the class {node.name}: the module {failure.reason}",
                path=document.path,
                line=failure.place.line,
                column=failure.place.column,
                hint="fix this first: importing the module fails",
            )
        raise InputError(
            f"cannot follow how the class {node.name} is defined",
            path=document.path,
            line=place.line,
            column=place.column,
            hint="define it at the top level of the module",
        )
    _check_decorators(interpreter, module, node)
    crew_class = CrewClass(interpreter, place, cls, _made_with(interpreter, module, cls))
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
        (CrewMethod(crew_class, method, root).crew(name), method)
        for method, name in zip(methods, names, strict=True)
    ]


def _made_with(interpreter: Interpreter, module: Module, cls: ClassValue) -> dict[str, Argument]:
    """What the module, and those that import it, make an object of a class with."""
    if not takes_more(cls):
        return {}
    project = interpreter.project
    processes = Processes.of(project.documents)
    processes.users(module, project)
    others = (project.read(path) for path in processes.importers(module))
    return made_with(cls, [module.document, *(one.document for one in others if one is not None)])


def _check_decorators(interpreter: Interpreter, module: Module, node: ast.ClassDef) -> None:
    """Raise the error that Python raises for a decorator that nothing defines: an import was forgotten."""
    names = interpreter.names_of(module)
    if module.stars or "__getattr__" in names:
        return
    for one in node.decorator_list:
        if not isinstance(one, ast.Name) or one.id in names or one.id in vars(builtins):
            continue
        if _binds(module.document.tree, one.id):
            continue
        place = module.document.place_of(one)
        raise InputError(
            f"cannot read the class {node.name}: the name {one.id} is not defined",
            path=place.path,
            line=place.line,
            column=place.column,
            hint=f"import it: from crewai.project import {one.id}" if one.id == "CrewBase" else "import it",
        )


def _binds(tree: ast.Module, name: str) -> bool:
    """Whether any code of a module gives a name a value, followed or not."""
    for node in ast.walk(tree):
        match node:
            case ast.alias(name=imported, asname=given) if (given or imported.partition(".")[0]) == name:
                return True
            case ast.Name(id=bound, ctx=ast.Store()) if bound == name:
                return True
            case ast.FunctionDef(name=bound) | ast.ClassDef(name=bound) if bound == name:
                return True
            case _:
                continue
    return False


def _class_value(interpreter: Interpreter, module: Module, node: ast.ClassDef) -> ClassValue | None:
    names = interpreter.names_of(module)
    return next((one for one in names.values() if isinstance(one, ClassValue) and one.node is node), None)


def _crew_methods(crew_class: CrewClass) -> list[FunctionValue]:
    """The ``@crew`` methods of the class, else of its bases, else ``crew``, else those that make crews."""
    for one in crew_class.cls.mro():
        found = [
            value
            for value in one.namespace.values()
            if isinstance(value, FunctionValue) and value.decorator("crew")
        ]
        if found:
            return found
    named = crew_class.cls.lookup("crew")
    if named and isinstance(named[1], FunctionValue):
        return [named[1]]
    making = {id(body.node) for _, body in syntax_of(crew_class.cls.module.document).crew_calls if body}
    methods = crew_class.cls.namespace.values()
    return [one for one in methods if isinstance(one, FunctionValue) and id(one.node) in making]


def _is_base(interpreter: Interpreter, module: Module, cls: ClassValue) -> bool:
    others = (one for one in interpreter.names_of(module).values() if isinstance(one, ClassValue))
    return any(cls in one.mro() for one in others if one is not cls)
