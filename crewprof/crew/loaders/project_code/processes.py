"""Running the files of a project as scripts: each on its own, and once however many crews it leads to."""

from __future__ import annotations

import ast
from collections import OrderedDict
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from crewprof.crew.loaders.crewbase import detection
from crewprof.crew.loaders.crewbase.configurations import configs_of
from crewprof.crew.loaders.project_code.entry_points import entry_points
from crewprof.crew.loaders.project_code.flow_classes import flow_runs, often
from crewprof.crew.loaders.project_code.flow_inputs import Starts
from crewprof.crew.loaders.project_code.importers import Neighbourhood, as_shown, project_of
from crewprof.crew.loaders.project_code.receivers import instance_of
from crewprof.crew.loaders.project_code.syntax import syntax_of
from crewprof.errors import CrewprofError, InputError
from crewprof.python.interpreter import Interpreter
from crewprof.python.leaving import Leaving, TooLong
from crewprof.python.values import Argument, ClassValue, FunctionValue, Instance
from crewprof.quick_dataclasses import dataclass, field
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from crewprof.crew.loaders.project_code.entry_points import EntryPoint
    from crewprof.crew.loaders.project_code.flow_classes import FlowRun
    from crewprof.crew.loaders.project_code.syntax import Body
    from crewprof.python.project import Module, PythonProject
    from crewprof.python.values import MethodCall, Value
    from crewprof.quantity import Range
    from crewprof.source.documents import Documents

USER_LIMIT: Final = 8
"""Files that use a module which are run."""

MODULE_LIMIT: Final = 60
"""Modules that have been read when no further file that uses a module is run."""

_KEPT_MODULES: Final = 1_200
"""Modules of all processes that are kept: more than the users of one module read, and what fits in memory."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one way to run a project makes and calls, in the state of ``interpreter``.

    ``is_called``: the project's own code, or CrewAI, does it all; else functions were called that nobody
    calls, with what is not known. ``often``: how often a call is made, where that is not once.
    """

    interpreter: Interpreter
    made: tuple[Instance, ...]
    method_calls: tuple[MethodCall, ...]
    is_called: bool
    often: Mapping[MethodCall, Range[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a function does that nobody calls: its runs, and the functions that were followed."""

    runs: tuple[Run, ...]
    followed: frozenset[ast.AST]


class Process:
    """A file run as Python runs a script, in a state of its own: what it changes no other process sees."""

    def __init__(self, interpreter: Interpreter, module: Module, commands: Collection[str] = ()) -> None:
        self.interpreter = interpreter
        self.module = module
        self.syntax = syntax_of(module.document)
        self.flows: list[FlowRun] = []
        self._receivers: dict[int, Instance] = {}
        self._asked: dict[ast.AST, Asked] = {}
        interpreter.after_init = [partial(_set_up, interpreter)]
        interpreter.is_aside = cache(_is_aside)
        module.is_main = True
        self.begun = self._recorded(lambda: interpreter.names_of(module), is_called=True)
        """What the script does by itself."""
        self.commanded = [run for name in commands for run in self._commanded(name)]
        """What the functions of the file do that ``commands`` name: those that installed commands call."""
        self.followed = frozenset(interpreter.followed)
        """The functions that the project calls, and CrewAI where it starts a flow."""

    @property
    def started(self) -> list[Run]:
        """The ways in which people start the file: as a script, and by its commands."""
        return [self.begun, *self.commanded]

    def follow_flows(self, starts: Starts) -> None:
        """CrewAI calls the methods of a flow; one kickoff of it is a way to run the project."""
        with suppress(CrewprofError, Leaving, TooLong):
            self.flows = flow_runs(self.interpreter, self.module, starts)
        self.followed = frozenset(self.interpreter.followed)

    def kicked_off(self) -> list[Run]:
        """A way to run the project for each flow of the file."""
        runs = []
        for flow in self.flows:
            calls = tuple(call for method in flow.methods for call in method.method_calls)
            made = tuple(one for method in flow.methods for one in method.made)
            runs.append(Run(self.interpreter, made, calls, is_called=True, often=often([flow])))
        return runs

    def asked(self, body: Body) -> Asked:
        """What a function of the file does when it is called with what is not known; it is called once."""
        if body.node not in self._asked:
            before, self.interpreter.followed = self.interpreter.followed, set()
            run = self._recorded(lambda: self._call(body), is_called=False)
            followed = frozenset(self.interpreter.followed)
            self.interpreter.followed |= before
            self._asked[body.node] = Asked(_by_origin(run), followed)
        return self._asked[body.node]

    def follow(self, steps: Callable[[], object]) -> Run:
        """What following something makes and calls that no call leads to."""
        return self._recorded(steps, is_called=False)

    def _recorded(self, steps: Callable[[], object], *, is_called: bool) -> Run:
        start = len(self.interpreter.made), len(self.interpreter.method_calls)
        with suppress(CrewprofError, Leaving, TooLong):
            steps()
        made = tuple(self.interpreter.made[start[0] :])
        calls = tuple(self.interpreter.method_calls[start[1] :])
        return Run(self.interpreter, made, calls, is_called)

    def _commanded(self, name: str) -> Iterator[Run]:
        """What a command does that calls the function, method or group of commands ``name``."""
        first, _, rest = name.partition(".")
        found = self.interpreter.names_of(self.module).get(first)
        receiver: Value = None
        if isinstance(found, ClassValue):
            method = found.namespace.get(rest)
            receiver = (
                found if isinstance(method, FunctionValue) and method.decorator("classmethod") else None
            )
            found = method
        elif rest or not isinstance(found, FunctionValue) or found.decorator("group") is not None:
            for body in self.syntax.bodies:
                if body.owner is None and any(_is_of(one, first) for one in body.node.decorator_list):
                    yield self._recorded(partial(self._call, body), is_called=True)
        if isinstance(found, FunctionValue) and found.node not in self.interpreter.followed:
            yield self._recorded(partial(self.interpreter.call, found, receiver), is_called=True)

    def _call(self, body: Body) -> None:
        if body.outer is not None:
            return
        names = self.interpreter.names_of(self.module)
        if body.owner is None:
            function = names.get(body.node.name)
            if isinstance(function, FunctionValue) and function.node is body.node:
                self.interpreter.call(function)
            return
        cls = next(
            (one for one in names.values() if isinstance(one, ClassValue) and one.node is body.owner), None
        )
        found = None if cls is None else cls.namespace.get(body.node.name)
        if cls is None or not isinstance(found, FunctionValue) or found.node is not body.node:
            return
        self.interpreter.call(found, None if found.decorator("staticmethod") else self._receiver(cls, found))

    def _receiver(self, cls: ClassValue, method: FunctionValue) -> Value:
        if method.decorator("classmethod"):
            return cls
        if id(cls) not in self._receivers:
            self._receivers[id(cls)] = instance_of(self.interpreter, cls)
        return self._receivers[id(cls)]


def _is_of(decorator: ast.expr, name: str) -> bool:
    """Whether a decorator is an attribute of ``name``, or what that gives: ``@app.command()``."""
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name


def _by_origin(run: Run) -> tuple[Run, ...]:
    """A run, apart from what modules make that were imported on the way: the project does that itself."""
    imported = tuple(one for one in run.made if one.function is None)
    rest = tuple(one for one in run.made if one.function is not None)
    first = Run(run.interpreter, imported, (), is_called=True)
    return first, Run(run.interpreter, rest, run.method_calls, is_called=False)


class Processes:
    """The processes of the files of a project, each begun once, as long as few enough modules are kept."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self._kept: OrderedDict[Path, Process] = OrderedDict()
        self._users: dict[Path, list[Path]] = {}
        self._commands: dict[tuple[Path, Path], tuple[EntryPoint, ...]] = {}

    @classmethod
    def of(cls, documents: Documents) -> Processes:
        """Those of ``documents``."""
        found = documents.derived.get(cls)
        if not isinstance(found, cls):
            found = documents.derived[cls] = cls(documents)
        return found

    def users(self, module: Module, project: PythonProject) -> list[Process]:
        """Of the files that use a module, those of commands first, then nearest, the ones run, begun."""
        path = module.path
        if path not in self._users:
            around = Neighbourhood(path, project.root, self.documents)
            found = around.importers(path, self._entry_files(project, around))
            self._users[path] = found if path.is_absolute() else [as_shown(one) for one in found]
        begun: list[Process] = []
        read: set[Path] = set()
        for user in self._users[path][:USER_LIMIT]:
            if len(read) > MODULE_LIMIT:
                break
            try:
                process = self.begun(user)
            except InputError:
                continue
            begun.append(process)
            read.update(one.path for one in process.interpreter.project.modules())
        return begun

    def importers(self, module: Module) -> list[Path]:
        """All files that use a module whose :meth:`users` were asked for, nearest first."""
        return self._users[module.path]

    def with_flows(self, process: Process) -> Process:
        """A process, its flows followed as the files that use it start them."""
        if process.syntax.has_flow and not process.flows:
            others = self.users(process.module, process.interpreter.project)
            process.follow_flows(starts_of([process, *others]))
        return process

    def begun(self, path: Path) -> Process:
        """The process of a file. Raises :class:`InputError` when it is not Python."""
        process = self._kept.get(path)
        if process is None:
            project = project_of(path, self.documents)
            module = project.add(self.documents.python(path))
            process = self._kept[path] = Process(
                Interpreter(project), module, self.commands_of(module, project)
            )
        self._kept.move_to_end(path)
        while len(self._kept) > USER_LIMIT and self._modules() > _KEPT_MODULES:
            self._kept.popitem(last=False)
        return process

    def without_files(self, path: Path) -> Process:
        """The process of a file as it is where what earlier runs of it wrote may not be there."""
        project = project_of(path, self.documents)
        module = project.add(self.documents.python(path))
        interpreter = Interpreter(project)
        interpreter.doubts_files = True
        return Process(interpreter, module, self.commands_of(module, project))

    def commands_of(self, module: Module, project: PythonProject) -> list[str]:
        """The functions of a module that commands call which the project installs."""
        end = str(module.path.absolute())
        return [
            one.function
            for one in self._entry_points(project)
            if any(end.endswith(f"/{name}") for name in one.file_names)
        ]

    def _entry_points(self, project: PythonProject) -> tuple[EntryPoint, ...]:
        key = project.root.absolute(), project.outer.absolute()
        if key not in self._commands:
            self._commands[key] = entry_points(dict.fromkeys(key), self.documents)
        return self._commands[key]

    def _entry_files(self, project: PythonProject, around: Neighbourhood) -> list[Path]:
        """The files whose functions commands call."""
        found = (around.file_of(one.file_names) for one in self._entry_points(project))
        return list(dict.fromkeys(one for one in found if one is not None))

    def _modules(self) -> int:
        return sum(len(one.interpreter.project.modules()) for one in self._kept.values())


def starts_of(processes: list[Process]) -> Starts:
    """What processes start by themselves, and the files that they read."""
    documents = {one.path: one.document for each in processes for one in each.interpreter.project.modules()}
    return Starts(
        tuple(documents.values()),
        tuple(call for one in processes for run in one.started for call in run.method_calls),
    )


def _is_aside(module: Module) -> bool:
    """Whether a module has nothing to do with CrewAI by itself: it logs, stores, checks, configures."""
    return not module.is_main and "crewai" not in module.document.text.text


def _set_up(interpreter: Interpreter, made: Instance) -> None:
    """Give an instance what ``@CrewBase`` sets on it (crewai/project/crew_base.py)."""
    if not isinstance(made.callee, ClassValue) or not is_crew_class(made.callee):
        return
    # The members are set where a method with ``@crew`` is called.
    members = ("agents", "tasks") if _has_crew_method(made.callee) else ()
    unknown = {name: Unknown(f"`{name}` is set by @CrewBase", made.place) for name in members}
    for name, value in {**configs_of(interpreter, made, made.callee), **unknown}.items():
        made.attributes[name] = Argument(value, made.place, made.place)


def _has_crew_method(cls: ClassValue) -> bool:
    values = (value for one in cls.mro() for value in one.namespace.values())
    return any(isinstance(one, FunctionValue) and one.decorator("crew") is not None for one in values)


def is_crew_class(cls: ClassValue) -> bool:
    """Whether a class is, or is derived from, a ``@CrewBase`` class."""
    return any(detection.is_crew_class(one.node, one.module.document.tree) for one in cls.mro())
