"""Following a module as its project runs it: on its own, from the files that use it, function by function."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.loaders.crewbase import detection
from crewprof.crew.loaders.objects.kickoffs import KICKOFFS
from crewprof.crew.loaders.project_code.flow_classes import flow_runs, often
from crewprof.crew.loaders.project_code.importers import Neighbourhood, as_shown
from crewprof.crew.loaders.project_code.receivers import instance_of
from crewprof.crew.loaders.project_code.syntax import Body, ModuleSyntax, syntax_of
from crewprof.errors import CrewprofError
from crewprof.python.leaving import Leaving, TooLong
from crewprof.python.scopes import bound_in
from crewprof.python.values import Argument, ClassValue, Frame, FunctionValue, Instance, ModuleValue
from crewprof.quick_dataclasses import dataclass, field
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crewprof.crew.loaders.project_code.flow_classes import FlowRun
    from crewprof.python.interpreter import Interpreter
    from crewprof.python.project import Module
    from crewprof.python.values import MethodCall, Value
    from crewprof.quantity import Range

IMPORTER_LIMIT: Final = 8
"""Files that use a module which are followed."""

MODULE_LIMIT: Final = 60
"""Modules that have been read when no further file that uses the module is followed."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one way to run the project makes and calls.

    ``is_called``: the project's own code, or CrewAI, does it all; else functions were called that nobody
    calls, with what is not known. ``often``: how often a call is made, where that is not once.
    """

    path: str
    made: tuple[Instance, ...]
    method_calls: tuple[MethodCall, ...]
    is_called: bool
    often: Mapping[MethodCall, Range[int]] = field(default_factory=dict)


@dataclass
class Follower:
    """Runs a module every way its project does, and records what each makes."""

    interpreter: Interpreter
    module: Module
    runs: list[Run] = field(default_factory=list)
    flows: list[FlowRun] = field(default_factory=list)
    """The flows of the module and of the files that use it."""
    _receivers: dict[int, Instance] = field(default_factory=dict)
    _leading: set[Module] = field(default_factory=set)
    """The module, and those that use it: who names what they define may come to its crews."""

    def __post_init__(self) -> None:
        self.interpreter.after_init = [_set_up]
        self.syntax = syntax_of(self.module.document)

    def begin(self) -> None:
        """Run the module as a script."""
        self._run(self.module)

    def follow(self, importers: Iterable[Path]) -> None:
        """After :meth:`begin`: run the files that use the module as scripts, then functions nobody calls."""
        used_by = [self.interpreter.project.read(one) for one in importers]
        self._leading = {self.module, *(one for one in used_by if one is not None)}
        users = [one for one in used_by if one is not None and one is not self.module][:IMPORTER_LIMIT]
        users = [user for user in users if self._run_if_small(user)]
        for one in (self.module, *users):
            self._follow_flows(one)
        for user in users:
            syntax = syntax_of(user.document)
            self._uncalled(user, syntax, self._uses(user, syntax))
        self._uncalled(self.module, self.syntax, self._of_interest())
        self._unreached()

    def _run_if_small(self, user: Module) -> bool:
        """Run a file that uses the module, unless so much has been read that this has to end."""
        if len(self.interpreter.project.modules()) > MODULE_LIMIT:
            return False
        self._run(user)
        return True

    def _run(self, module: Module) -> None:
        start = self._mark()
        if not module.is_read:
            module.is_main = True
        with suppress(CrewprofError, Leaving, TooLong):
            self.interpreter.names_of(module)
        self._record(module, start, is_called=True)

    def _follow_flows(self, module: Module) -> None:
        """CrewAI calls the methods of a flow; one kickoff of it is a way to run the project."""
        with suppress(CrewprofError, Leaving, TooLong):
            flows = flow_runs(self.interpreter, module)
            self.flows.extend(flows)
            for flow in flows:
                calls = tuple(call for method in flow.methods for call in method.method_calls)
                made = tuple(one for method in flow.methods for one in method.made)
                if made or calls:
                    run = Run(str(module.path), made, calls, is_called=True, often=often([flow]))
                    self.runs.append(run)

    def _mark(self) -> tuple[int, int]:
        return len(self.interpreter.made), len(self.interpreter.method_calls)

    def _record(self, module: Module, start: tuple[int, int], *, is_called: bool) -> None:
        made = tuple(self.interpreter.made[start[0] :])
        calls = tuple(self.interpreter.method_calls[start[1] :])
        if made or calls:
            self.runs.append(Run(str(module.path), made, calls, is_called))

    def _unreached(self) -> None:
        """Make the crews that no path which could be followed reaches, knowing only what they say."""
        reached = {made.place for run in self.runs for made in run.made}
        for call, body in self.syntax.crew_calls:
            place = self.module.document.place_of(call)
            if place in reached or (body is not None and body.is_in_crew_class):
                continue
            start = self._mark()
            why = Unknown("no way to this place could be followed", place)
            local = {} if body is None else dict.fromkeys(bound_in(body.node).local, why)
            names = self.interpreter.names_of(self.module)
            frame = Frame(self.module, names if body is None else {**local})
            with suppress(CrewprofError, Leaving, TooLong), self.interpreter.afresh():
                self.interpreter.evaluate(call, frame)
            self._record(self.module, start, is_called=False)

    def _of_interest(self) -> list[Body]:
        """The functions of the module that make or start crews."""
        sites = {id(body) for _, body in self.syntax.crew_calls}
        return [
            body
            for body in self.syntax.bodies
            if (id(body) in sites or body.names & KICKOFFS) and not body.is_in_crew_class
        ]

    def _uses(self, user: Module, syntax: ModuleSyntax) -> list[Body]:
        """The functions of another module that start crews, or mention what leads to those of this one."""
        names = {
            name
            for name, value in self.interpreter.names_of(user).items()
            if isinstance(value, FunctionValue | ClassValue | ModuleValue)
            and value.module is not user
            and value.module in self._leading
        }
        return [body for body in syntax.bodies if body.names & KICKOFFS or body.names & names]

    def _uncalled(self, module: Module, syntax: ModuleSyntax, wanted: Iterable[Body]) -> None:
        """Call the functions that lead to ``wanted``, as far as nothing has called them yet."""
        followed = self.interpreter.followed
        missing = [body for body in wanted if body.node not in followed]
        for body in [*syntax.roots(missing), *missing]:
            if body.node not in followed:
                start = self._mark()
                with suppress(CrewprofError, Leaving, TooLong):
                    self._call(module, body)
                self._record(module, start, is_called=False)

    def _call(self, module: Module, body: Body) -> None:
        if body.outer is not None:
            return
        names = self.interpreter.names_of(module)
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


def follow_project(interpreter: Interpreter, module: Module) -> Follower:
    """The ways in which the project of ``interpreter`` runs ``module``, followed."""
    follower = Follower(interpreter, module)
    follower.begin()
    follow_users(follower)
    return follower


def follow_users(follower: Follower) -> None:
    """Follow the rest of the project after the module of ``follower``, which it has begun with."""
    path = follower.module.path
    project = follower.interpreter.project
    users = Neighbourhood(path, project.root, project.documents).importers(path)
    follower.follow(users if path.is_absolute() else [as_shown(one) for one in users])


def is_file(path: str, module: Module) -> bool:
    """Whether a place's ``path`` means the file of ``module``."""
    return Path(path).absolute() == module.path.absolute()


def _set_up(made: Instance) -> None:
    """What ``@CrewBase`` sets on an instance (crewai/project/crew_base.py); its loader knows the values."""
    if not isinstance(made.callee, ClassValue) or not is_crew_class(made.callee):
        return
    for name in (*detection.DEFAULT_CONFIG, "agents", "tasks"):
        value = Unknown(f"`{name}` is set by @CrewBase", made.place)
        made.attributes[name] = Argument(value, made.place, made.place)


def in_crew_class(function: FunctionValue | None) -> bool:
    """Whether code is that of a ``@CrewBase`` class."""
    return function is not None and function.owner is not None and is_crew_class(function.owner)


def is_crew_class(cls: ClassValue) -> bool:
    """Whether a class is, or is derived from, a ``@CrewBase`` class."""
    return any(detection.is_crew_class(one.node, one.module.document.tree) for one in cls.mro())
