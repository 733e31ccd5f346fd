"""Reading the crews that a Python file makes with ``Crew(…)``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from crewprof.crew.assembly import unique_name
from crewprof.crew.definition import Kind
from crewprof.crew.loaders.objects.crew_values import Identity, crew_of
from crewprof.crew.loaders.objects.members import Members, is_made_by
from crewprof.crew.loaders.plain_python.distinct import distinct
from crewprof.crew.loaders.plain_python.module_objects import ModuleObjects, ObjectNames
from crewprof.crew.loaders.project_code.following import follow_project, in_crew_class, is_file
from crewprof.crew.loaders.project_code.importers import project_of
from crewprof.crew.loaders.project_code.starting import started
from crewprof.crew.loaders.project_code.syntax import ModuleSyntax, crew_names
from crewprof.crew.loaders.registry import Loaded
from crewprof.crew.written import Entry, Judge, Written
from crewprof.errors import CrewprofError, InputError
from crewprof.python.interpreter import Interpreter
from crewprof.python.values import External, Instance

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew
    from crewprof.crew.loaders.project_code.following import Run
    from crewprof.python.project import Module, PythonProject
    from crewprof.source.documents import Documents


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write Python: the name of its loader, its kind, and how its objects are read."""

    name: str
    kind: Kind
    objects: type[ModuleObjects]


SCRIPT: Final = Form("python", Kind.PYTHON, ModuleObjects)


def holds(path: str, documents: Documents) -> bool:
    """Whether a Python file calls CrewAI's ``Crew`` outside a ``@CrewBase`` class."""
    try:
        if "crewai" not in documents.text(path).text:
            return False
        document = documents.python(path)
    except InputError:
        return False
    if not crew_names(document.tree):
        return False
    return any(body is None or not body.is_in_crew_class for _, body in ModuleSyntax(document).crew_calls)


def load(path: str, documents: Documents) -> Loaded:
    """The crews that a Python file makes.

    Raises :class:`InputError` when it is not Python.
    """
    return load_with(SCRIPT, path, documents)


def load_with(form: Form, path: str, documents: Documents) -> Loaded:
    """The crews that the code in a file makes, of a ``form`` of it."""
    project = project_of(path, documents)
    module = project.add(documents.python(path))
    return _ModuleReader(project, module, form).read()


class _ModuleReader:
    def __init__(self, project: PythonProject, module: Module, form: Form) -> None:
        self.project = project
        self.form = form
        self.module = module
        self.interpreter = Interpreter(project)
        self.errors: list[CrewprofError] = []

    def read(self) -> Loaded:
        runs = follow_project(self.interpreter, self.module)
        names = ObjectNames(self.interpreter)
        read = [(self._read(one, names), one) for one in self._crews(runs)]
        taken: list[str] = []
        crews: list[Crew] = []
        for found in distinct([(crew, one) for crew, one in read if crew is not None]):
            name = unique_name(found.crew.name, taken)
            taken.append(name)
            crews.append(replace(started(found.crew, self.interpreter, runs, found.objects), name=name))
        return Loaded(tuple(crews), errors=tuple(self.errors))

    def _crews(self, runs: list[Run]) -> list[Instance]:
        """The crews the module's code makes; those of functions nobody calls only where no call makes any."""
        found: dict[tuple[int, int], list[Instance]] = {}
        for run in sorted(runs, key=lambda one: not one.is_called):
            now: dict[tuple[int, int], list[Instance]] = {}
            for made in run.made:
                if self._is_own(made) and (
                    run.is_called or (made.place.line, made.place.column) not in found
                ):
                    now.setdefault((made.place.line, made.place.column), []).append(made)
            for place, crews in now.items():
                found.setdefault(place, []).extend(crews)
        return [made for place in sorted(found) for made in found[place]]

    def _is_own(self, made: Instance) -> bool:
        return is_file(made.place.path, self.module) and _is_crew(made) and not in_crew_class(made.function)

    def _read(self, made: Instance, names: ObjectNames) -> Crew | None:
        self.interpreter.notes = []
        objects = self.form.objects(names, made.place)
        try:
            crew = crew_of(
                Members(objects), objects.fields(made), self._identity(made, names), agents=[], tasks=[]
            )
            if crew.tasks_known and not crew.tasks:
                raise InputError(
                    "this Crew has no tasks",
                    path=made.place.path,
                    line=made.place.line,
                    column=made.place.column,
                    hint="CrewAI runs the tasks of Crew(tasks=[…])",
                )
        except CrewprofError as error:
            if str(error) not in {str(one) for one in self.errors}:
                self.errors.append(error)
            return None
        return crew

    def _identity(self, made: Instance, names: ObjectNames) -> Identity:
        function = made.function
        owner = function.owner if function is not None else None
        return Identity(
            name=self._name(made, names),
            path=self.module.document.path,
            kind=self.form.kind,
            place=made.place,
            written=Written(
                self.form.name,
                Judge.CODE,
                entry=Entry(
                    self.module.document.path,
                    owner.name if owner is not None else None,
                    function.name if function is not None else None,
                ),
            ),
            root=str(self.project.root),
        )

    def _name(self, made: Instance, names: ObjectNames) -> str:
        """The variable that holds it, unless that only says that it is a crew; else who makes it."""
        held = names.of(made)
        if held is not None and held.strip("_").lower() not in ("crew", "result", "my_crew"):
            return held
        function = made.function
        if function is None:
            return self.module.path.stem
        if function.owner is not None:
            return function.owner.name
        return function.name


def _is_crew(made: Instance) -> bool:
    if isinstance(made.callee, External):
        return made.callee.package == "crewai" and made.callee.name == "Crew"
    return is_made_by(made, "Crew") and "Crew" in made.callee.external_bases()
