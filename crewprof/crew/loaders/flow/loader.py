"""Reading declarative flows: ``schema: crewai.flow/v1``, in YAML or JSON.

(``FlowDefinition``, crewai/flow/flow_definition.py) What CrewAI refuses of the flow itself is an
:class:`InputError`; a crew of it that cannot be read is an error of its own.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crewprof.crew.flow_definition import Flow, FlowMethod
from crewprof.crew.flow_order import in_order
from crewprof.crew.flow_runs import MAX_METHOD_CALLS, runs_of
from crewprof.crew.flow_steps import All, Any, Step, events_of, waited_for
from crewprof.crew.loaders.definition_body import Body
from crewprof.crew.loaders.flow.actions import Actions, Circumstances
from crewprof.crew.loaders.flow.expressions import NotKnown, evaluate
from crewprof.crew.loaders.flow.shape import actions_in, call_of, check_flow, check_method, is_name
from crewprof.crew.loaders.flow.state import after_script, initial_state
from crewprof.crew.loaders.registry import Loaded
from crewprof.crew.typed_fields import describe, truth, whole_number, wrong_type
from crewprof.errors import InputError
from crewprof.late_patterns import late_pattern
from crewprof.quick_dataclasses import dataclass, field
from crewprof.source.existence import is_file
from crewprof.source.project_root import up_to_root
from crewprof.source.unknown import Unknown
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.crew.flow_steps import Condition
    from crewprof.source.documents import Documents

SCHEMA: Final = "crewai.flow/v1"
FLOW_STEM: Final = "flow"

_SCHEMA: Final = late_pattern(
    r"^[^\S\n]*(?:[{]\s*)?[\"']?schema[\"']?\s*:\s*[\"']?crewai\.flow", re.MULTILINE
)
_METHODS: Final = late_pattern(r"^[^\S\n]*(?:[{]\s*)?[\"']?methods[\"']?\s*:", re.MULTILINE)


def holds(path: str, documents: Documents) -> bool:
    """Whether a file is meant as a flow, broken or not."""
    try:
        text = documents.text(path).text
    except InputError:
        return False
    is_called_so = Path(path).stem == FLOW_STEM and _METHODS.search(text) is not None
    return _SCHEMA.search(text) is not None or is_called_so


def load(path: str, documents: Documents) -> Loaded:
    """The flow of one file, and the crews its methods start."""
    return _FlowReader(Body(documents.data(path)), documents).loaded()


@dataclass
class _FlowReader:
    body: Body
    documents: Documents
    unknowns: list[Unknown] = field(default_factory=list)

    def loaded(self) -> Loaded:
        methods = self._methods()
        steps = [self._step(name, method) for name, method in methods.items()]
        times = runs_of(steps, self._call_limit())
        roots = self._roots(methods)
        path = self.body.document.path
        actions = Actions(path, self.documents, _working_folder(path))
        made: dict[str, FlowMethod] = {}
        for step in steps:
            method = methods[step.name]
            around = Circumstances(times[step.name], roots)
            crews, missed = actions.read(method.at("do"), step.name, around)
            made[step.name] = FlowMethod(
                step.name,
                method.whole_place,
                starts=bool(step.starts),
                listens=tuple(dict.fromkeys(waited_for(step))),
                crews=tuple(crews),
                times=times[step.name],
                not_counted=(*missed, *_feedback(method)),
            )
        flow = Flow(
            self._name(),
            path,
            self.body.place,
            tuple(made[name] for name in in_order(steps)),
            (*self.unknowns, *self._conversation()),
        )
        return Loaded(tuple(actions.crews.values()), (flow,), tuple(actions.errors))

    def _name(self) -> str:
        given = self.body.fields.get("name")
        if given is None or not isinstance(given.value, str):
            where = self.body if given is None else self.body.at("name")
            raise where.error(
                "the flow has no name, which CrewAI refuses", "write name: and what it is called"
            )
        return given.value

    def _methods(self) -> dict[str, Body]:
        data = self.body.value
        if not isinstance(data, dict):
            hint = f"a flow has the keys schema: {SCHEMA}, name and methods"
            raise self.body.error(f"this is {describe(data)}, not a flow", hint)
        schema = data.get("schema", SCHEMA)
        if schema != SCHEMA:
            raise self.body.at("schema").error(
                f"there is no flow schema {schema!r}", f"CrewAI reads schema: {SCHEMA}"
            )
        methods = data.get("methods", {})
        if not isinstance(methods, dict):
            hint = "write each method as a key with do: under it"
            raise wrong_type("methods", methods, "a mapping", self.body.at("methods").place, hint)
        check_flow(self.body)
        found = {name: self.body.at("methods", name) for name in methods}
        for name, method in found.items():
            _check(name, method)
        return found

    def _call_limit(self) -> int:
        config = self.body.fields.get("config")
        given = config.value.get("max_method_calls") if config and isinstance(config.value, dict) else None
        number = whole_number(given)
        return MAX_METHOD_CALLS if number is None else max(number, 0)

    def _step(self, name: str, method: Body) -> Step:
        start, listen = method.at("start"), method.at("listen")
        starts = _start(start)
        feedback = method.at("human_feedback", "emit").value
        is_router = method.at("router").value is True or bool(feedback)
        return Step(
            name,
            starts=starts,
            listens=_condition(listen),
            is_router=is_router,
            emits=self._emits(method) if is_router else (),
        )

    def _emits(self, method: Body) -> tuple[str | None, ...]:
        """What a router can say; ``None`` is what nobody waits for (CrewAI does not hold it to ``emit``)."""
        outcomes = method.at("human_feedback", "emit").value
        if isinstance(outcomes, list) and outcomes:
            return tuple(str(one) for one in outcomes)
        if call_of(method.at("do")) == "expression":
            value = evaluate(str(method.at("do", "expr").value or ""), {})
            if not isinstance(value, NotKnown):
                return (None if value is None else str(value),)
        declared = method.at("emit").value
        if isinstance(declared, list) and declared:
            return (*(str(one) for one in declared), None)
        return (*self._labels(), None)

    def _labels(self) -> Iterator[str]:
        """The events somebody waits for that are no methods."""
        methods = self.body.at("methods")
        names = list(methods.value) if isinstance(methods.value, dict) else []
        waited = (
            event
            for name in names
            for condition in _conditions(methods.at(name))
            for event in events_of(condition)
        )
        return (event for event in dict.fromkeys(waited) if event not in names)

    def _roots(self, methods: Mapping[str, Body]) -> dict[str, object]:
        """What expressions see, whenever they are asked: values that stay the same the whole run."""
        state = initial_state(self.body.at("state").value)
        for method in methods.values():
            for action in actions_in(method.at("do")):
                if call_of(action) == "code":
                    # A function of the project gets the flow itself.
                    state = {}
                elif call_of(action) == "script":
                    state = after_script(str(action.at("code").value or ""), state)
        outputs: dict[str, object] = {}
        roots: dict[str, object] = {"state": state, "outputs": outputs}
        for _ in methods:
            known = len(outputs)
            for name, method in methods.items():
                is_plain = method.at("human_feedback").value is None
                if is_plain and call_of(method.at("do")) == "expression":
                    value = evaluate(str(method.at("do", "expr").value or ""), roots)
                    if not isinstance(value, NotKnown):
                        outputs[name] = value
            if len(outputs) == known:
                break
        return roots

    def _conversation(self) -> list[Unknown]:
        given = self.body.at("conversational")
        if not isinstance(given.value, dict) or given.value.get("enabled") is False:
            return []
        reason = "it is a conversation: the calls CrewAI makes to route and answer each turn are not counted"
        return [Unknown(reason, given.place)]


def _check(name: object, method: Body) -> None:
    """What CrewAI refuses of a method, as far as a profile needs it."""
    if not isinstance(name, str) or not is_name(name):
        raise _at_key(method, f"{name!r} is no name of a method", "use letters, digits and underscores")
    if not isinstance(method.value, dict):
        raise wrong_type(f"method '{name}'", method.value, "a mapping", method.place, "write do: under it")
    if method.value.get("do") is None:
        guess = did_you_mean("do", [str(key) for key in method.value])
        hint = f"did you mean do where it says {guess}?" if guess else "write what it does under do:"
        raise _at_key(method, f"method '{name}' does nothing: it has no do", hint)
    if name in events_of(_condition(method.at("listen"))):
        raise method.at("listen").error(
            f"method '{name}' listens to itself, which CrewAI refuses", "listen to another method or event"
        )
    check_method(name, method)


def _at_key(method: Body, message: str, hint: str) -> InputError:
    place = method.whole_place
    return InputError(message, path=place.path, line=place.line, column=place.column, hint=hint)


def _conditions(method: Body) -> Iterator[Condition | None]:
    """What a method waits for."""
    yield _condition(method.at("listen"))
    start = _start(method.at("start"))
    if not isinstance(start, bool):
        yield start


def _start(body: Body) -> Condition | bool:
    """When a method starts the flow. Whether a mapping says when is only asked once it matters."""
    value = body.value
    if isinstance(value, dict) and "and" not in value and "or" not in value:
        return Any(())
    flag = None if isinstance(value, str) else truth(value)
    return bool(flag) if flag is not None else _condition(body) or False


def _condition(body: Body) -> Condition | None:
    value = body.value
    if value is None or value is False or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and ("and" in value or "or" in value):
        key = "and" if "and" in value else "or"
        branches = value[key]
        if isinstance(branches, list):
            every = tuple(_condition(body.at(key, index)) for index in range(len(branches)))
            return (All if key == "and" else Any)(tuple(one for one in every if one is not None))
    hint = "write the name of a method or event, or {or: [a, b]}, {and: [a, b]}"
    raise wrong_type("a condition", value, "a name, or a mapping with and: or or:", body.place, hint)


def _feedback(method: Body) -> list[Unknown]:
    """Calls that understand what a person says (``_finalize_human_feedback``)."""
    given = method.at("human_feedback")
    if not isinstance(given.value, dict):
        return []
    if given.value.get("emit"):
        return [
            Unknown("the call that sorts a person's feedback into its outcomes is not counted", given.place)
        ]
    if given.value.get("learn"):
        return [Unknown("the calls that learn from a person's feedback are not counted", given.place)]
    return []


def _working_folder(path: str) -> Path:
    """Where ``crewai run`` works, and so where tools and Python of inline crews are looked for.

    The nearest folder with a ``pyproject.toml``, else that of the flow.
    """
    folder = Path(path).parent
    marked = next((one for one in up_to_root(folder) if is_file(one / "pyproject.toml")), None)
    if marked is None or marked == folder.absolute():
        return folder
    try:
        return marked if folder.is_absolute() else marked.relative_to(Path.cwd())
    except ValueError:
        return marked
