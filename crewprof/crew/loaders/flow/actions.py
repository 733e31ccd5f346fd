"""What the methods of a flow do: crews and agents to read, and what else may call a model.

(crewai/flow/runtime/_actions.py)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Crew, Guardrail, Kickoff, Kind, Task
from crewprof.crew.loaders.crew_json import CREW_NAMES, read_crew
from crewprof.crew.loaders.definition_reader import DefinitionReader
from crewprof.crew.loaders.flow.expressions import (
    NotKnown,
    evaluate,
    is_expression,
    partly_rendered,
    rendered,
)
from crewprof.crew.loaders.flow.shape import call_of
from crewprof.crew.loaders.objects.kickoffs import together
from crewprof.crew.typed_fields import TypedFields, wrong_type
from crewprof.crew.written import Collection, Judge, Written
from crewprof.errors import CrewprofError
from crewprof.quantity import Range
from crewprof.quick_dataclasses import dataclass, field, replace
from crewprof.source.existence import real_path
from crewprof.source.field import Field
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.loaders.definition_body import Body
    from crewprof.source.documents import Documents
    from crewprof.source.place import Place

_MODEL_WORDS: Final = ("LLM(", "llm.call", "litellm", "completion(", "openai", "anthropic", "kickoff")
_ASKED_KEYS: Final = frozenset({"input", "response_format", "guardrail", "guardrail_max_retries"})
"""Keys of an agent on its own that belong to what it is asked (``AgentDefinition``)."""
_MOST_ITEMS: Final = 200
"""Items of a list whose inputs are looked at one by one."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """In which an action runs: how often, and what its expressions can see.

    ``rounds`` are the values of ``item``, one for each time ``each`` goes round; ``None`` outside one, and
    where they are not known.
    """

    times: Range[int]
    roots: Mapping[str, object]
    rounds: tuple[object, ...] | None = None

    def every_root(self) -> list[Mapping[str, object]]:
        """What expressions see, each time in turn."""
        if self.rounds is None:
            return [self.roots]
        return [{**self.roots, "item": one} for one in self.rounds]


@dataclass
class Actions:
    """Reads the actions of one flow, and keeps the crews they start, each once."""

    path: str
    documents: Documents
    root: Path
    crews: dict[str, Crew] = field(default_factory=dict)
    errors: list[CrewprofError] = field(default_factory=list)
    _declared: dict[Path, str] = field(default_factory=dict)

    def read(self, body: Body, name: str, around: Circumstances) -> tuple[list[str], list[Unknown]]:
        """The crews that the action at ``body`` starts, by name, and what it does that is not counted."""
        try:
            return self._read(body, name, around)
        except CrewprofError as error:
            self.errors.append(error)
            return [], [Unknown("it starts a crew that cannot be read", body.place)]

    def _read(self, body: Body, name: str, around: Circumstances) -> tuple[list[str], list[Unknown]]:
        match call_of(body):
            case "crew":
                return [self._crew(body, name, around)], []
            case "agent":
                return [self._keep(self._agent(body, name, around), around, body)], []
            case "each":
                return self._each(body, name, around)
            case "code":
                return [], self._code(body)
            case "script":
                code = body.fields["code"].value if "code" in body.fields else ""
                return [], _calls_model(str(code), "its script may call a model", body.at("code").place)
            case _:
                return [], []

    def _each(self, body: Body, name: str, around: Circumstances) -> tuple[list[str], list[Unknown]]:
        items = evaluate(str(body.at("in").value or ""), around.roots)
        crews: list[str] = []
        missed: list[Unknown] = []
        if isinstance(items, list) and items:
            times, rounds = around.times.scaled(len(items)), tuple(items[:_MOST_ITEMS])
        else:
            source = items.reason if isinstance(items, NotKnown) else "its list"
            reason = f"how many items {source} has is only known when the flow runs; one is counted"
            missed.append(Unknown(reason, body.at("in").place))
            times, rounds = Range(0, around.times.expected, around.times.high).opened(), None
        steps = body.at("do").value
        for index in range(len(steps) if isinstance(steps, list) else 0):
            step = body.at("do", index)
            own = _condition_times(step, times)
            roots = {**around.roots, "item": NotKnown("item"), "outputs": _local_outputs(body, around)}
            inner = Circumstances(own, roots, rounds)
            step_name = str(step.at("name").value or index + 1)
            found, more = self.read(step.at("action"), f"{name}.{step_name}", inner)
            crews.extend(found)
            missed.extend(more)
        return crews, missed

    def _code(self, body: Body) -> list[Unknown]:
        """Python the flow calls: whether its module has words of model calls in it."""
        place = body.at("ref").place
        reference = str(body.at("ref").value or "")
        module = reference.partition(":")[0]
        parts = module.split(".")
        for base in (self.root, self.root / "src", Path(self.path).parent):
            file = base.joinpath(*parts).with_suffix(".py")
            if parts[-1] and self.documents.has_file(file):
                text = self.documents.text(file).text
                return _calls_model(text, f"what {reference} asks of models is not counted", place)
        return [Unknown(f"what {reference} asks of models is not counted", place)]

    def _crew(self, body: Body, name: str, around: Circumstances) -> str:
        fields = body.fields
        declared, inline = fields.get("from_declaration"), fields.get("with")
        has_inline = inline is not None and inline.value is not None
        if bool(declared and declared.value) == has_inline:
            raise body.error(
                "a crew action has either from_declaration or with",
                "write the crew under with:, or the path of its crew.jsonc under from_declaration:",
            )
        if has_inline:
            return self._keep(self._inline(body.at("with"), name), around, body)
        return self._declared_crew(body, around)

    def _inline(self, body: Body, name: str) -> Crew:
        reader = DefinitionReader(self.documents, self.root)
        fields = reader.check(body)
        route = body.route
        listed = isinstance(fields["tasks"].value, list)
        written = Written(
            "flow",
            Judge.DEFINITION,
            tasks=Collection(self.path, (*route, "tasks")) if listed else None,
            agents=Collection(self.path, (*route, "agents")),
            env_file_wins=True,
        )
        return reader.crew(body, name, Kind.FLOW, written, reader.inline_team(body))

    def _declared_crew(self, body: Body, around: Circumstances) -> str:
        place = body.at("from_declaration")
        file = self._declaration(place)
        known = self._declared.get(real_path(file))
        if known is None:
            return self._keep(read_crew(str(file), self.documents), around, body, file)
        self.crews[known] = started(self.crews[known], self._kickoff(body, self.crews[known], around))
        return known

    def _declaration(self, body: Body) -> Path:
        """The file a path in the flow means; ``_resolve_crew_declaration``."""
        given = body.value
        if not isinstance(given, str):
            raise wrong_type("from_declaration", given, "a path", body.place, "for example crews/research")
        folder = Path(self.path).parent
        path = folder / given
        if not real_path(path).is_relative_to(real_path(folder)):
            raise body.error(
                f"{given} lies outside the folder of the flow, which CrewAI refuses",
                "move the crew below the flow",
            )
        tried = [path / name for name in CREW_NAMES] if not path.suffix else [path]
        found = next((one for one in tried if self.documents.has_file(one)), None)
        if found is None:
            raise body.error(f"there is no crew at {given}", "write the path of a crew.jsonc or its folder")
        if found.suffix not in (".json", ".jsonc"):
            raise body.error(f"{given} is no JSON, which CrewAI wants here", "write the crew as crew.jsonc")
        return found

    def _agent(self, body: Body, name: str, around: Circumstances) -> Crew:
        inside = body.at("with")
        if not isinstance(inside.value, dict):
            raise wrong_type("with", inside.value, "an agent", inside.place, "write role, goal and backstory")
        reader = DefinitionReader(self.documents, self.root)
        agent = reader.agent(name, inside)
        fields = agent.fields
        agent = replace(agent, fields={key: one for key, one in fields.items() if key not in _ASKED_KEYS})
        asked, unknowns = self._asked(inside.at("input"), around)
        task = Task(
            name,
            inside.at("input").place,
            description=asked,
            agent=name,
            is_message=True,
            fields={} if asked is not None else _hidden_message(inside.at("input").place, unknowns),
            response_model=reader.values.schema(fields, "response_format"),
            guardrails=_agent_guardrails(fields),
            guardrail_max_retries=TypedFields(fields, f"agent '{name}'").integer("guardrail_max_retries"),
        )
        written = Written("flow", Judge.DEFINITION, env_file_wins=True)
        crew = reader.crew_of_agent(inside, agent, task, written)
        return replace(crew, unknowns=(*crew.unknowns, *unknowns))

    def _asked(self, body: Body, around: Circumstances) -> tuple[str | None, list[Unknown]]:
        """What the agent is asked, with what is not known left as it is written."""
        value = body.value
        roots = around.every_root()[0]
        if isinstance(value, str):
            text, missing = partly_rendered(value, roots)
            whole = [rendered(value, one) for one in around.every_root()]
            if isinstance(whole[0], str) and all(one == whole[0] for one in whole):
                return whole[0], []
            why = f"only known when the flow runs ({', '.join(missing)})" if missing else "another each time"
            hidden = is_expression(value) and missing
            return None if hidden else text, [Unknown(f"what it is asked is {why}", body.place)]
        if isinstance(value, list):
            reason = "what it is asked is a conversation, of which the last message is counted"
            return _last_message(value, roots), [Unknown(reason, body.place)]
        raise wrong_type("input", value, "text or a list of messages", body.place, "write what is asked")

    def _keep(self, crew: Crew, around: Circumstances, body: Body, declared: Path | None = None) -> str:
        """Keep a crew under a name of its own, with the inputs and times of this action."""
        name, number = crew.name, 1
        while name in self.crews:
            number += 1
            name = f"{crew.name} ({number})"
        made = replace(crew, name=name, kickoffs=Range.exactly(0))
        self.crews[name] = started(made, self._kickoff(body, crew, around))
        if declared is not None:
            self._declared[real_path(declared)] = name
        return name

    def _kickoff(self, body: Body, crew: Crew, around: Circumstances) -> Kickoff:
        own = body.fields.get("inputs")
        given: Mapping[str, object] = {}
        if own is not None and own.value is not None:
            if not isinstance(own.value, dict):
                raise wrong_type("inputs", own.value, "a mapping", own.place, "write names and values")
            given = {str(key): value for key, value in own.value.items()}
        defaults = {} if crew.kickoff_sites else dict(crew.inputs)
        wanted = {**defaults, **given}
        place = own.place if own is not None else body.place
        rounds = [_inputs(wanted, roots, place) for roots in around.every_root()]
        return Kickoff(body.place, together(rounds, place), times=around.times)


def started(crew: Crew, site: Kickoff) -> Crew:
    """``crew`` with one more place that starts it."""
    sites = (*crew.kickoff_sites, site)
    every = [one.inputs for one in sites]
    return replace(
        crew,
        inputs=together(every, site.place),
        kickoffs=crew.kickoffs + site.times,
        kickoff_sites=sites,
    )


def _inputs(wanted: Mapping[str, object], roots: Mapping[str, object], place: Place) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in wanted.items():
        one = value if isinstance(value, Unknown) else rendered(value, roots)
        if isinstance(one, NotKnown):
            one = Unknown(f"the input {name} comes from {one.reason}, known only when the flow runs", place)
        found[name] = one
    return found


def _condition_times(step: Body, times: Range[int]) -> Range[int]:
    """How often a step runs that may have an ``if``."""
    condition = step.at("if").value
    if not isinstance(condition, str) or evaluate(condition, {}) is True:
        return times
    if evaluate(condition, {}) is False:
        return Range.exactly(0)
    return Range(0, times.expected, times.high, times.is_open)


def _local_outputs(body: Body, around: Circumstances) -> dict[str, object]:
    """``outputs`` inside ``each``: those of its own steps hide methods of the same name."""
    steps = body.at("do").value
    names = [step.get("name") for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
    outputs = around.roots.get("outputs")
    known = outputs if isinstance(outputs, dict) else {}
    return {**known, **{str(name): NotKnown(f"outputs.{name}") for name in names}}


def _calls_model(text: str, reason: str, place: Place) -> list[Unknown]:
    return [Unknown(reason, place)] if any(word in text for word in _MODEL_WORDS) else []


def _hidden_message(place: Place, unknowns: list[Unknown]) -> dict[str, Field]:
    return {"description": Field(unknowns[0], place, place, is_editable=False)} if unknowns else {}


def _last_message(messages: Sequence[object], roots: Mapping[str, object]) -> str | None:
    asked = [one for one in messages if isinstance(one, dict) and one.get("role") == "user"]
    last = (asked or [one for one in messages if isinstance(one, dict)])[-1:]
    content = last[0].get("content") if last else None
    return partly_rendered(content, roots)[0] if isinstance(content, str) else None


def _agent_guardrails(fields: Mapping[str, Field]) -> tuple[Guardrail, ...]:
    """An agent on its own checks its answer itself (``Agent._process_kickoff_guardrail``)."""
    given = fields.get("guardrail")
    if given is None or given.value is None:
        return ()
    return (Guardrail(given.value if isinstance(given.value, str) else None, given.place),)
