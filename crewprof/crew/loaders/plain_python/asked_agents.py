"""Agents that are asked on their own: ``agent.kickoff("…")`` is a crew with one task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Crew, Guardrail, Kind, Task
from crewprof.crew.loaders.objects.members import Members
from crewprof.crew.loaders.objects.plain_fields import unknowns_of
from crewprof.crew.typed_fields import TypedFields
from crewprof.python import operators
from crewprof.python.uncertain import FromEnvironment, PartialText
from crewprof.python.values import External
from crewprof.quick_dataclasses import replace
from crewprof.source.field import Field
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.crew.definition import Agent
    from crewprof.crew.loaders.objects.crew_values import Identity
    from crewprof.crew.loaders.plain_python.module_objects import ModuleObjects
    from crewprof.python.values import Argument, MethodCall, Value
    from crewprof.source.place import Place

ASKS: Final = frozenset({"kickoff", "kickoff_async", "akickoff"})
"""Methods of ``Agent`` that ask it (crewai/agent/core.py)."""

_ASKED_KEYS: Final = ("guardrail", "guardrail_max_retries")
"""Keys of an agent that only count when it is asked on its own."""


def is_asked(call: MethodCall) -> bool:
    """Whether a call asks an agent on its own."""
    made = call.receiver
    if call.name not in ASKS:
        return False
    if isinstance(made.callee, External):
        return made.callee.package == "crewai" and made.callee.name == "Agent"
    return "Agent" in made.callee.external_bases()


def crew_of_asked(call: MethodCall, objects: ModuleObjects, identity: Identity) -> Crew | None:
    """What ``call`` runs, as a crew; ``None`` if the agent cannot be read.

    Raises :class:`InputError` for values of the wrong type.
    """
    members = Members(objects)
    agent = members.agent(call.receiver, call.place)
    if agent is None:
        return None
    given = call.keywords.get("messages") or (call.arguments[0] if call.arguments else None)
    place = call.place if given is None else given.place
    message = _message(None if given is None else operators.plain(given.value), objects, place)
    name = agent.name
    schema = call.keywords.get("response_format")
    fields = agent.fields
    task = Task(
        name,
        place,
        description=message,
        agent=name,
        is_message=True,
        fields={} if message is not None else _hidden(given, place),
        response_model=None
        if schema is None
        else members.schema(_field(schema.value, schema.place), "response_format", f"agent '{name}'"),
        guardrails=_guardrails(agent),
        guardrail_max_retries=TypedFields(fields, f"agent '{name}'").integer("guardrail_max_retries"),
    )
    alone = replace(agent, fields={key: one for key, one in fields.items() if key not in _ASKED_KEYS})
    return Crew(
        name=identity.name,
        path=identity.path,
        kind=Kind.AGENT,
        place=call.place,
        written=identity.written,
        agents=(alone,),
        tasks=(task,),
        unknowns=tuple(dict.fromkeys(objects.unknowns)),
        texts=dict(objects.texts),
        documents=objects.interpreter.project.documents,
        project_root=identity.root,
    )


def _field(value: Value, place: Place) -> Field:
    return Field(value, place, place, is_editable=False)


def _hidden(given: Argument | None, place: Place) -> dict[str, Field]:
    """That what is asked is not known, as a field."""
    value = None if given is None else operators.plain(given.value)
    why = value if isinstance(value, Unknown) else Unknown("what is asked is only known when it runs", place)
    return {"description": _field(why, place)}


def _message(value: Value, objects: ModuleObjects, place: Place) -> str | None:
    """What is asked: a text, or the last message of a conversation, which CrewAI sends whole."""
    if isinstance(value, list) and value and isinstance(value[-1], dict):
        if len(value) > 1:
            objects.note("what it is asked is a conversation, of which the last message is counted", place)
        value = operators.plain(value[-1].get("content"))
    objects.unknowns.extend(unknowns_of({"messages": _field(value, place)}, ("messages",), "what is asked"))
    if isinstance(value, PartialText | str):
        return str(value)
    if not isinstance(value, Unknown | FromEnvironment):
        objects.note("what is asked is only known when it runs", place)
    return None


def _guardrails(agent: Agent) -> tuple[Guardrail, ...]:
    """An agent on its own checks its answer itself (``Agent._process_kickoff_guardrail``)."""
    given = agent.fields.get("guardrail")
    if given is None or given.value is None:
        return ()
    return (Guardrail(given.value if isinstance(given.value, str) else None, given.place),)
