"""Where in Python a crew can be rewritten: literal arguments of calls that make one object of one crew."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from crewprof.crew.definition import Agent, Crew, Task
from crewprof.crew.written import Collection, Names, Reference
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.source.python_calls import bindings, call_sites, spot
from crewprof.source.python_data import literal
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crewprof.crew.definition import Tool
    from crewprof.source.documents import Documents
    from crewprof.source.field import Field
    from crewprof.source.place import Place
    from crewprof.source.python_calls import CallSite, Spot
    from crewprof.source.python_document import PythonDocument

_Member = TypeVar("_Member", Agent, Task)


@dataclass(frozen=True, slots=True)
class _Site:
    document: PythonDocument
    call: CallSite

    def place_of(self, name: str) -> Place | None:
        """Where the value of the keyword argument ``name`` stands."""
        keyword = self.call.keyword(name)
        return None if keyword is None else self.document.place_of(keyword.value)


def with_routes(crews: Sequence[Crew]) -> list[Crew]:
    """The crews of one file with a route at each place of their Python that can be rewritten.

    A call that makes several objects, or objects of several crews, has none: an edit would change more
    than it is meant to.
    """
    uses: Counter[Place] = Counter()
    for crew in crews:
        uses.update(_called_at(crew))
    calls = _Calls()
    return [_Routes(crew, uses, calls).crew() for crew in crews]


def _members(crew: Crew) -> list[Agent | Task]:
    """Agents and tasks, each once; one manager may be an agent as well."""
    managers = () if crew.manager_agent is None else (crew.manager_agent,)
    everyone: tuple[Agent | Task, ...] = (*crew.agents, *crew.outside_agents, *managers, *crew.tasks)
    return list({id(one): one for one in everyone}.values())


def _called_at(crew: Crew) -> Iterable[Place]:
    yield from (one.place for one in _members(crew))
    yield from {one.key_place for one in crew.fields.values()}


class _Calls:
    """The calls and names of each module, found once for all its crews."""

    def __init__(self) -> None:
        self._found: dict[str, Mapping[Spot, CallSite]] = {}
        self._taking: dict[str, Mapping[tuple[str, Spot], CallSite]] = {}
        self._bindings: dict[str, Counter[str]] = {}

    def of(self, document: PythonDocument) -> Mapping[Spot, CallSite]:
        if document.path not in self._found:
            self._found[document.path] = call_sites(document)
        return self._found[document.path]

    def taking(self, document: PythonDocument, name: str, place: Place) -> CallSite | None:
        """The call whose keyword argument ``name`` has its value at a place."""
        if document.path not in self._taking:
            self._taking[document.path] = {
                (keyword.arg, spot(document.place_of(keyword.value))): site
                for site in self.of(document).values()
                for keyword in site.node.keywords
                if keyword.arg is not None
            }
        return self._taking[document.path].get((name, spot(place)))

    def bindings(self, document: PythonDocument) -> Counter[str]:
        """See :func:`~crewprof.source.python_calls.bindings`."""
        if document.path not in self._bindings:
            self._bindings[document.path] = bindings(document.tree)
        return self._bindings[document.path]


class _Routes:
    def __init__(self, crew: Crew, uses: Mapping[Place, int], calls: _Calls) -> None:
        self._crew = crew
        self._calls = calls
        self._uses = uses
        self._documents: Documents = crew.documents
        self._paths: dict[str, PythonDocument] = {}
        """Modules in which something has a route."""

    def crew(self) -> Crew:
        crew = self._crew
        made = self._site_of_crew()
        fields = dict(crew.fields) if made is None else self._fields(crew.fields, made)
        tasks = tuple(self._member(one) for one in crew.tasks)
        changed = replace(
            crew,
            agents=tuple(self._member(one) for one in crew.agents),
            outside_agents=tuple(self._member(one) for one in crew.outside_agents),
            manager_agent=None if crew.manager_agent is None else self._member(crew.manager_agent),
            tasks=tasks,
            fields=fields,
        )
        written = replace(
            crew.written,
            tasks=crew.written.tasks or self._task_list(fields.get("tasks")),
            names={path: self._names(document) for path, document in self._paths.items()},
        )
        return replace(changed, written=written)

    def _site_of_crew(self) -> _Site | None:
        """The call ``Crew(…)``: the one whose arguments its fields are."""
        for name, given in self._crew.fields.items():
            document = self._python(given.place)
            if document is None or self._uses[given.key_place] > 1:
                continue
            site = self._calls.taking(document, name, given.place)
            if site is not None and _Site(document, site).place_of(name) == given.place:
                return self._site(document.place_of(site.node))
        return None

    def _python(self, place: Place) -> PythonDocument | None:
        """The module a place is in; ``None`` for a place in data or in a notebook."""
        return self._documents.python(place.path) if self._documents.is_module(place.path) else None

    def _site(self, place: Place) -> _Site | None:
        """The call at a place, if it makes one object."""
        document = self._python(place)
        if document is None or self._uses[place] > 1:
            return None
        site = self._calls.of(document).get(spot(place))
        if site is None or site.is_repeated or not _is_of_class(site.node.func):
            return None
        self._paths[place.path] = document
        return _Site(document, site)

    def _member(self, member: _Member) -> _Member:
        site = self._site(member.place)
        if site is None:
            return member
        fields = self._fields(member.fields, site)
        tools = tuple(self._tool(tool, fields.get("tools"), site) for tool in member.tools)
        place = replace(member.place, route=site.call.route)
        return replace(member, place=place, fields=fields, tools=tools)

    def _fields(self, fields: Mapping[str, Field], site: _Site) -> dict[str, Field]:
        return {name: _field(name, given, site) for name, given in fields.items()}

    def _tool(self, tool: Tool, listed: Field | None, site: _Site) -> Tool:
        """A tool that is an item of a list has the item's route."""
        keyword = site.call.keyword("tools")
        if listed is None or not listed.is_editable or keyword is None:
            return tool
        items = keyword.value.elts if isinstance(keyword.value, ast.List) else []
        for index, item in enumerate(items):
            if site.document.place_of(item) == tool.place:
                route = (*site.call.route, "tools", index)
                return replace(tool, place=replace(tool.place, route=route))
        return tool

    def _task_list(self, given: Field | None) -> Collection | None:
        if given is None or not given.is_editable or given.place.route is None:
            return None
        known = isinstance(given.value, list) and len(given.value) == len(self._crew.tasks)
        return Collection(given.place.path, given.place.route) if known else None

    def _names(self, document: PythonDocument) -> Names:
        found: dict[str, Reference] = {}
        given = self._calls.bindings(document)
        for task in self._crew.tasks:
            if task.place.path == document.path and (site := self._site(task.place)) is not None:
                reference = _reference(given, site.call)
                if reference is not None:
                    found[task.name] = reference
        return Names(found, _llm_class(document))


def _is_of_class(called: ast.expr) -> bool:
    """Whether a class is called; a task may also be what ``agent.kickoff(…)`` asks for."""
    match called:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name[:1].isupper()
        case _:
            return False


def _field(name: str, given: Field, site: _Site) -> Field:
    """An argument of the call has the route of its key; of its value, if that stands there literally."""
    keyword = site.call.keyword(name)
    if keyword is None or site.place_of(name) != given.place:
        return given
    route = (*site.call.route, name)
    named = replace(given, key_place=replace(given.key_place, route=route))
    if not _is_written_there(keyword.value, given.value):
        return named
    return replace(named, is_editable=True, place=replace(given.place, route=route))


def _is_written_there(node: ast.expr, value: object) -> bool:
    """Whether an argument is written as what it is: a literal, a list item by item, or ``LLM(…)``."""
    same = literal(node)
    if same is not None:
        return _equal(same[0], value)
    if isinstance(node, ast.List):
        plain = not any(isinstance(item, ast.Starred) for item in node.elts)
        return plain and isinstance(value, list) and len(value) == len(node.elts)
    if isinstance(node, ast.Call) and isinstance(value, dict):
        return _are_settings(node, value)
    return False


def _are_settings(node: ast.Call, value: Mapping[object, object]) -> bool:
    """Whether all that is known of an ``LLM(…)`` stands in the call itself."""
    if node.args or {one.arg for one in node.keywords} != set(value):
        return False
    for one in node.keywords:
        same = literal(one.value)
        written = value[one.arg]
        if not isinstance(written, Unknown) and (same is None or not _equal(same[0], written)):
            return False
    return True


def _equal(left: object, right: object) -> bool:
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(left, str) and isinstance(right, str):
        return str(left) == str(right)
    return type(left) is type(right) and left == right


def _reference(given: Mapping[str, int], site: CallSite) -> Reference | None:
    """How code in the same module can name what a call makes."""
    parent = site.around[-1]
    match parent:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            scopes = [one for one in site.around if isinstance(one, ast.FunctionDef | ast.ClassDef)]
            is_in_class = bool(scopes) and isinstance(scopes[-1], ast.ClassDef)
            if given[name] != 1 or is_in_class or site.route[-1] != "value":
                return None
            return Reference(name, site.route[:-2], parent.end_lineno or parent.lineno)
        case ast.Return():
            return _method_reference(site)
        case _:
            return None


def _method_reference(site: CallSite) -> Reference | None:
    """``self.research()``, which gives the same task each time where ``@task`` remembers it."""
    match site.around[-3:-1]:
        case [ast.ClassDef(), ast.FunctionDef() as method] if any(map(_is_task, method.decorator_list)):
            # …, class, "body", index of the method, "body", index of the statement, "value"
            return Reference(f"self.{method.name}()", site.route[:-4], 0)
        case _:
            return None


def _is_task(node: ast.expr) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name == "task"
        case _:
            return False


def _llm_class(document: PythonDocument) -> str | None:
    """What CrewAI's ``LLM`` is called at the top of a module; ``None`` if it is not imported."""
    for node in document.tree.body:
        match node:
            case ast.ImportFrom(module="crewai" | "crewai.llm", names=names):
                for alias in names:
                    if alias.name == "LLM":
                        return alias.asname or "LLM"
            case ast.Import(names=names):
                for alias in names:
                    if alias.name == "crewai":
                        return f"{alias.asname or 'crewai'}.LLM"
            case _:
                continue
    return None
