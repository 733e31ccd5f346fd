"""Reading the crews that a Python file makes with ``Crew(…)``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.assembly import UniqueNames
from crewprof.crew.definition import Kind
from crewprof.crew.loaders.objects.call_routes import with_routes
from crewprof.crew.loaders.objects.crew_values import Identity, crew_of, without_tasks
from crewprof.crew.loaders.objects.kickoffs import KICKOFFS, kickoff_sites
from crewprof.crew.loaders.objects.members import Members, is_made_by
from crewprof.crew.loaders.objects.wrong_calls import is_wrongly_called, wrong_calls
from crewprof.crew.loaders.plain_python.asked_agents import crew_of_asked, is_asked
from crewprof.crew.loaders.plain_python.crew_names import crew_name, own_name
from crewprof.crew.loaders.plain_python.distinct import distinct
from crewprof.crew.loaders.plain_python.flows import flow_of
from crewprof.crew.loaders.plain_python.module_objects import ModuleObjects, ObjectNames
from crewprof.crew.loaders.plain_python.restarted import as_started
from crewprof.crew.loaders.plain_python.unused import unused_members
from crewprof.crew.loaders.project_code.following import Follower, in_crew_class, is_file
from crewprof.crew.loaders.project_code.processes import Processes
from crewprof.crew.loaders.project_code.starting import started
from crewprof.crew.loaders.project_code.syntax import syntax_of
from crewprof.crew.loaders.registry import Loaded
from crewprof.crew.written import Entry, Judge, Written
from crewprof.errors import CrewprofError, InputError
from crewprof.late_patterns import late_pattern
from crewprof.python import operators
from crewprof.python.values import External, Instance
from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crewprof.crew.definition import Crew
    from crewprof.crew.loaders.project_code.processes import Process, Run
    from crewprof.python.interpreter import Interpreter
    from crewprof.python.values import FunctionValue, MethodCall
    from crewprof.source.documents import Documents
    from crewprof.source.place import Place


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write Python: the name of its loader, its kind, and how its objects are read."""

    name: str
    kind: Kind
    objects: type[ModuleObjects]


_IMPORTS: Final = late_pattern(r"^[ \t]*(from|import)[ \t]+crewai\b", re.MULTILINE)

SCRIPT: Final = Form("python", Kind.PYTHON, ModuleObjects)


def holds(path: str, documents: Documents) -> bool:
    """Whether a Python file makes crews itself, defines a flow, or asks an agent on its own; or seems to
    make crews and cannot be parsed.

    The ``Crew(…)`` of a ``@CrewBase`` class does not count.
    """
    try:
        text = documents.text(path).text
    except InputError:
        return False
    if "crewai" not in text:
        return False
    try:
        document = documents.python(path)
    except InputError:
        return _seems_to_make_crews(text)
    syntax = syntax_of(document)
    makes_crews = any(body is None or not body.is_in_crew_class for _, body in syntax.crew_calls)
    return makes_crews or syntax.has_flow or syntax.asks_agents


def _seems_to_make_crews(text: str) -> bool:
    """Whether a text that is not Python is a script with mistakes, and no template of one."""
    return _IMPORTS.search(text) is not None and "Crew(" in text and "{{" not in text and "{%" not in text


def load(path: str, documents: Documents) -> Loaded:
    """The crews that a Python file makes.

    Raises :class:`InputError` when it is not Python.
    """
    return load_with(SCRIPT, path, documents)


def load_with(form: Form, path: str, documents: Documents) -> Loaded:
    """The crews that the code in a file makes, of a ``form`` of it."""
    return _ModuleReader(Processes.of(documents).begun(Path(path)), form).read()


class _ModuleReader:
    def __init__(self, process: Process, form: Form) -> None:
        self.process = process
        self.form = form
        self.module = process.module
        self.interpreter = process.interpreter
        self.names: dict[Interpreter, ObjectNames] = {}
        self.errors: list[CrewprofError] = []
        self.started: set[int] = set()
        """The objects that the project surely kicks off."""

    def read(self) -> Loaded:
        follower = Follower(self.process)
        follower.follow_users()
        runs = as_started(follower.runs)
        for error in wrong_calls((one for run in runs for one in run.made), self.interpreter.project):
            self._failed(error)
        self.started = {
            id(call.receiver) for run in runs for call in run.method_calls if _surely_starts(call)
        }
        read = [(self._read(one, names), one) for one, names in self._crews(runs)]
        taken: dict[int, str] = {}
        """The names of the crews, by the objects they were read from."""
        crews: list[Crew] = []
        unique = UniqueNames()
        known = [(crew, one) for crew, one in read if crew is not None]
        for found in distinct(known, {id(one) for run in runs if run.is_called for one in run.made}):
            name = unique.give(found.crew.name)
            crews.append(replace(started(found.crew, runs, found.objects), name=name))
            taken.update({id(one): name for one in found.objects})
        asked = self._asked(runs, unique)
        crews.extend(asked.values())
        if crews:
            objects = self.form.objects(self._names(self.interpreter), crews[0].place)
            unused = unused_members(crews, objects, self.process.begun.made, self._failed)
            crews[0] = replace(crews[0], unused=(*crews[0].unused, *unused))

        def name_of(call: MethodCall) -> str:
            if call.place in asked:
                return asked[call.place].name
            made = call.receiver
            return taken.get(id(made)) or own_name(made) or crew_name(made, self._names(self.interpreter))

        self._say_what_is_not_reached(follower, {one.place for one in crews})
        own = [one for one in follower.flows if one.cls.module is self.module]
        flows = tuple(flow_of(one, name_of, self.module.document.path) for one in own)
        data = follower.read_as_data() if crews else frozenset()
        return Loaded(tuple(with_routes(crews)), flows, tuple(self.errors), data=data)

    def _names(self, interpreter: Interpreter) -> ObjectNames:
        """What a process calls its objects, the module first; found when the first crew of it is read."""
        if interpreter not in self.names:
            self.names[interpreter] = ObjectNames(interpreter, first=self.module.path)
        return self.names[interpreter]

    def _crews(self, runs: list[Run]) -> list[tuple[Instance, ObjectNames]]:
        """The crews the module's code makes; those of functions nobody calls only where no call makes any.

        Of those that the module itself makes where it is imported, each process has its own: the ones count
        that are started, if any is.
        """
        receivers = {id(call.receiver) for run in runs for call in run.method_calls if call.name in KICKOFFS}
        called = self._by_place(run for run in runs if run.is_called)
        others = self._by_place(run for run in runs if not run.is_called)
        found: list[tuple[Instance, ObjectNames]] = []
        for _, made in sorted({**others, **called}.items()):
            started = [pair for pair in made if pair[0].function is None and id(pair[0]) in receivers]
            found += [pair for pair in made if not started or pair[0].function is not None or pair in started]
        return found

    def _by_place(self, runs: Iterable[Run]) -> dict[Place, list[tuple[Instance, ObjectNames]]]:
        found: dict[Place, list[tuple[Instance, ObjectNames]]] = {}
        for run in runs:
            for made in run.made:
                if self._is_own(made) and not is_wrongly_called(made):
                    found.setdefault(made.place, []).append((made, self._names(run.interpreter)))
        return found

    def _asked(self, runs: list[Run], unique: UniqueNames) -> dict[Place, Crew]:
        """Agents that the module's code asks on their own, by the place that does."""
        found: dict[Place, Crew] = {}
        for run in sorted(runs, key=lambda one: not one.is_called):
            for call in run.method_calls:
                if call.place in found or not is_file(call.place.path, self.module) or not is_asked(call):
                    continue
                crew = self._asked_crew(call, self._names(run.interpreter))
                if crew is not None:
                    name = unique.give(crew.name)
                    found[call.place] = replace(crew, name=name, kickoffs=self._times(call.place, runs))
        return found

    def _asked_crew(self, call: MethodCall, names: ObjectNames) -> Crew | None:
        objects = self.form.objects(names, call.place)
        label = objects.label(call.receiver) or "agent"
        try:
            return crew_of_asked(call, objects, self._identity(label, call.place, call.function))
        except CrewprofError as error:
            self._failed(error)
            return None

    def _times(self, place: Place, runs: list[Run]) -> Range[int]:
        """How often an agent is asked at a place, the first way the project runs it."""
        for run in runs:
            calls = [call for call in run.method_calls if call.place == place]
            if calls:
                (site,) = kickoff_sites(run.interpreter, calls, run.often)
                return site.times
        return Range.exactly(1)

    def _say_what_is_not_reached(self, follower: Follower, read: set[Place]) -> None:
        """An error for the crews of a module that ends before it makes them."""
        failure = self.interpreter.failures.get(self.module.path)
        calls = follower.syntax.crew_calls
        places = {self.module.document.place_of(call) for call, body in calls if body is None}
        if failure is None or places <= read or self.errors:
            return
        self._failed(
            InputError(
                f"the Crew is not reached: the module {failure.reason}",
                path=failure.place.path,
                line=failure.place.line,
                column=failure.place.column,
                hint="mend it: running the module fails",
            )
        )

    def _failed(self, error: CrewprofError) -> None:
        if str(error) not in {str(one) for one in self.errors}:
            self.errors.append(error)

    def _is_own(self, made: Instance) -> bool:
        return is_file(made.place.path, self.module) and _is_crew(made) and not in_crew_class(made.function)

    def _read(self, made: Instance, names: ObjectNames) -> Crew | None:
        names.interpreter.notes = []
        objects = self.form.objects(names, made.place, _members(made))
        try:
            with names.interpreter.afresh():
                crew = crew_of(
                    Members(objects),
                    objects.fields(made),
                    self._identity(crew_name(made, names), made.place, made.function),
                    agents=[],
                    tasks=[],
                )
            if crew.tasks_known and not crew.tasks:
                crew = _without_tasks(crew, is_started=id(made) in self.started)
        except CrewprofError as error:
            self._failed(error)
            return None
        return crew

    def _identity(self, name: str, place: Place, function: FunctionValue | None) -> Identity:
        owner = function.owner if function is not None else None
        return Identity(
            name=name,
            path=self.module.document.path,
            kind=self.form.kind,
            place=place,
            written=Written(
                self.form.name,
                Judge.CODE,
                entry=Entry(
                    self.module.document.path,
                    owner.name if owner is not None else None,
                    function.name if function is not None else None,
                ),
            ),
            root=str(self.interpreter.project.root),
        )


def _surely_starts(call: MethodCall) -> bool:
    return call.name in KICKOFFS and call.is_certain


def _without_tasks(crew: Crew, *, is_started: bool) -> Crew:
    """A crew made without tasks gets them later; raises :class:`InputError` for one that CrewAI refuses: when
    it is made without agents too, and when it is started."""
    given = crew.fields.get("tasks")
    has_config = "config" in crew.fields
    if is_started or (crew.agents_known and not crew.agents and not has_config):
        raise without_tasks(crew)
    reason = "crew: it is made without tasks; which it gets later is only known when it runs"
    place = crew.place if given is None else given.place
    return replace(crew, tasks_known=False, unknowns=(*crew.unknowns, Unknown(reason, place)))


def _members(made: Instance) -> list[Instance]:
    """The agents and tasks that a crew lists."""
    given = made.given()
    listed = [operators.items_of(given[key].value) for key in ("agents", "tasks") if key in given]
    return [one for items in listed for one in items or () if isinstance(one, Instance)]


def _is_crew(made: Instance) -> bool:
    if isinstance(made.callee, External):
        return made.callee.package == "crewai" and made.callee.name == "Crew"
    return is_made_by(made, "Crew") and "Crew" in made.callee.external_bases()
