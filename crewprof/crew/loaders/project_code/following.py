"""Following a module as its project runs it: on its own, from the files that use it, function by function."""

from __future__ import annotations

import ast
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.loaders.objects.kickoffs import KICKOFFS
from crewprof.crew.loaders.project_code.processes import Process, Processes, is_crew_class
from crewprof.python.machine import STEP_LIMIT
from crewprof.python.scopes import bound_in, within
from crewprof.python.values import ClassValue, Frame, FunctionValue, Instance, ModuleValue
from crewprof.quick_dataclasses import dataclass, field, replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.crew.loaders.project_code.flow_classes import FlowRun
    from crewprof.crew.loaders.project_code.processes import Run
    from crewprof.crew.loaders.project_code.syntax import Body
    from crewprof.python.project import Module
    from crewprof.python.values import Value
    from crewprof.source.place import Place


AGAIN_LIMIT: Final = STEP_LIMIT
"""Steps of a process after which it is not run again."""


@dataclass
class Follower:
    """Runs a module every way its project does, and records what each makes.

    Made with the module run as a script, which is its ``own`` process.
    """

    own: Process
    runs: list[Run] = field(default_factory=list)
    flows: list[FlowRun] = field(default_factory=list)
    """The flows of the module and of the files that use it."""
    _followed: set[ast.AST] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.interpreter, self.module = self.own.interpreter, self.own.module
        self.processes = [self.own]
        self.syntax = self.own.syntax
        self.runs.extend(self.own.started)

    def read_as_data(self) -> frozenset[Path]:
        """The files that the code reads as text or data."""
        return frozenset(file for one in self.processes for file in one.interpreter.project.data)

    def follow_users(self) -> None:
        """Run the files that use the module as scripts, then the functions that nobody calls."""
        project = self.interpreter.project
        processes = Processes.of(project.documents)
        users = processes.users(self.module, project)
        self.processes.extend(users)
        self.runs.extend(run for user in users for run in user.started)
        for one in (processes.with_flows(process) for process in self.processes):
            self.flows.extend(one.flows)
            self.runs.extend(one.kicked_off())
            self._followed |= one.followed
        leading = {one.absolute() for one in (self.module.path, *processes.importers(self.module))}
        for user in users:
            self._uncalled(user, _uses(user, leading))
        self._uncalled(self.own, self._of_interest())
        self._unreached()

    def _unreached(self) -> None:
        """Make the crews that no path which could be followed reaches, knowing only what they say."""
        if self._missing():
            self._without_files()
        for call, body in self._missing():
            self.runs.append(self.own.follow(partial(self._make, call, body)))

    def _missing(self) -> list[tuple[ast.Call, Body | None]]:
        """The calls of ``Crew`` in the module that nothing has reached."""
        reached = {made.place for run in self.runs for made in run.made}
        return [
            (call, body)
            for call, body in self.syntax.crew_calls
            if self.module.document.place_of(call) not in reached
            and not (body is not None and body.is_in_crew_class)
        ]

    def _without_files(self) -> None:
        """Run again what asked for files: where an earlier run left its results, it may do nothing."""
        processes = Processes.of(self.interpreter.project.documents)
        for process in self.processes:
            missing = {self.module.document.place_of(call) for call, _ in self._missing()}
            if not missing or not process.interpreter.found_files or process.interpreter.every > AGAIN_LIMIT:
                continue
            again = processes.without_files(process.module.path)
            runs = again.started
            if process is self.own:
                bodies = again.syntax.leading([body for _, body in self._missing() if body is not None])
                uncalled = [body for body in bodies if body.node not in again.followed]
                runs += [run for body in uncalled for run in again.asked(body).runs]
            self.runs.extend(_only(missing, run) for run in runs)

    def _make(self, call: ast.Call, body: Body | None) -> None:
        why = Unknown("no way to this place could be followed", self.module.document.place_of(call))
        local = {} if body is None else dict.fromkeys(bound_in(body.node).local, why)
        names = self.interpreter.names_of(self.module)
        frame = Frame(self.module, names if body is None else {**local})
        inside = [] if body is None else within(body.node.body)
        imports = [one for one in inside if isinstance(one, ast.Import | ast.ImportFrom)]
        with self.interpreter.afresh():
            self.interpreter.execute(imports, frame)
            self.interpreter.evaluate(call, frame)

    def _of_interest(self) -> list[Body]:
        """The functions of the module that make or start crews."""
        sites = {id(body) for _, body in self.syntax.crew_calls}
        return [
            body
            for body in self.syntax.bodies
            if (id(body) in sites or body.names & KICKOFFS) and not body.is_in_crew_class
        ]

    def _uncalled(self, process: Process, wanted: Iterable[Body]) -> None:
        """Call the functions that lead to ``wanted``, as far as nothing has called them yet."""
        missing = [body for body in wanted if body.node not in self._followed]
        for body in process.syntax.leading(missing):
            if body.node not in self._followed:
                asked = process.asked(body)
                self._followed |= asked.followed
                self.runs.extend(asked.runs)


def _only(places: set[Place], run: Run) -> Run:
    """What a run makes at some places, and calls of that."""
    made = tuple(one for one in run.made if one.place in places)
    ids = {id(one) for one in made}
    return replace(
        run, made=made, method_calls=tuple(one for one in run.method_calls if id(one.receiver) in ids)
    )


def _uses(user: Process, leading: set[Path]) -> list[Body]:
    """The functions of a file that start crews, or mention what leads to those of a module it uses.

    ``leading``: the module, and those that use it; who names what they define may come to its crews.
    """
    homes = {name: _home(value) for name, value in user.interpreter.names_of(user.module).items()}
    names = {
        name
        for name, home in homes.items()
        if home is not None and home is not user.module and home.path.absolute() in leading
    }
    bodies = user.syntax.bodies
    found = [body for body in bodies if body.names & KICKOFFS or body.names & names]
    # What an object makes when it is made is used by its methods, which name it otherwise.
    holding = {body.owner for body in found if body.node.name == "__init__"} - {None}
    return [body for body in bodies if body in found or body.owner in holding]


def _home(value: Value) -> Module | None:
    """The module that defines a value, or the class of an object."""
    if isinstance(value, Instance):
        value = value.callee
    return value.module if isinstance(value, FunctionValue | ClassValue | ModuleValue) else None


def is_file(path: str, module: Module) -> bool:
    """Whether a place's ``path`` means the file of ``module``."""
    return Path(path).absolute() == module.path.absolute()


def in_crew_class(function: FunctionValue | None) -> bool:
    """Whether code is that of a ``@CrewBase`` class."""
    return function is not None and function.owner is not None and is_crew_class(function.owner)
