"""Keys CrewAI does not know, does not let an author set, or misses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Agent, Task
from crewprof.quick_dataclasses import replace
from crewprof.semantics.refusals.accepted_keys import DEFINITION_KEYS, accepted_keys, definition_keys
from crewprof.semantics.refusals.objection import Kind, Objection, Outcome
from crewprof.semantics.refusals.written import everybody, is_hearsay, members, written_keys
from crewprof.source.unknown import Unknown
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crewprof.crew.definition import Crew
    from crewprof.semantics.refusals.accepted_keys import AcceptedKeys, Owner
    from crewprof.semantics.refusals.written import Member, WrittenKey
    from crewprof.source.field import Field

LLM_PARAMETERS: Final = frozenset(
    {
        "temperature",
        "top_p",
        "max_completion_tokens",
        "presence_penalty",
        "frequency_penalty",
        "logit_bias",
        "response_format",
        "seed",
        "stop",
        "timeout",
        "api_key",
        "api_base",
        "base_url",
        "api_version",
        "reasoning_effort",
    }
)
"""Settings of an LLM people write on the agent (the arguments of ``LLM``, crewai/llm.py)."""

_BEFORE: Final = {"response_model": "output_pydantic"}
"""Keys of later versions, and what comes nearest to them in earlier ones."""

_NOT_MEANT: Final = frozenset({"config", "entity_type", "crew", "i18n", "adapted_agent", "prompt_context"})
"""Fields nobody means who mistypes a key."""


def unknown_keys(crew: Crew, version: str) -> Iterator[Objection]:
    """Keys no field of CrewAI has: refused in a definition, ignored in a @CrewBase project."""
    for member in members(crew):
        if not _is_own_class(member.owner):
            yield from _unknown_of(crew, member, version)
    accepted = _table(crew, "crew", version)
    for key, field in crew.fields.items():
        if is_hearsay(field):
            continue
        if not _is_known(crew, key, "crew", accepted) and not _is_dropped(crew, field, "owner"):
            close = None if _is_of_others(key, "crew", version) else _close(key, accepted, crew.fields)
            yield _unknown(key, field, None, close, is_refused=crew.written.is_definition)


def _is_own_class(owner: Agent | Task) -> bool:
    given = owner.fields.get("type")
    return given is not None and isinstance(given.value, dict)


def _table(crew: Crew, owner: Owner, version: str) -> AcceptedKeys:
    return definition_keys(owner, version) if crew.written.is_definition else accepted_keys(owner, version)


def _is_known(crew: Crew, key: str, owner: Owner, accepted: AcceptedKeys) -> bool:
    return key in accepted.types or (crew.written.is_definition and key in DEFINITION_KEYS[owner])


def _owner_kind(owner: Agent | Task) -> Owner:
    if isinstance(owner, Agent):
        return "agent"
    return "conditional" if owner.conditional else "task"


def _unknown_of(crew: Crew, member: Member, version: str) -> Iterator[Objection]:
    kind = _owner_kind(member.owner)
    accepted = _table(crew, kind, version)
    for written in written_keys(member.owner):
        in_settings = written.inside == "settings"
        if written.key in member.owner.own_keys:
            continue
        if _is_known(crew, written.key, kind, accepted) and not (
            in_settings and written.key in DEFINITION_KEYS[kind]
        ):
            continue
        if _names_list_item(crew, written):
            continue
        if _is_dropped(crew, written.field, written.inside):
            continue
        is_of_others = _is_of_others(written.key, kind, version)
        close = None if is_of_others else _close(written.key, accepted, member.owner.fields)
        refused = crew.written.is_definition and written.inside != "config"
        yield _unknown(written.key, written.field, member, close, is_refused=refused)


def _names_list_item(crew: Crew, written: WrittenKey) -> bool:
    """Whether the key is the ``name`` of an agent in a list of agents."""
    home = crew.written.agents
    agents = crew.fields.get("agents")
    is_list = home is not None and agents is not None and isinstance(agents.value, list)
    return is_list and written.key == "name" and written.inside == "owner"


def _is_dropped(crew: Crew, field: Field, inside: str) -> bool:
    """Whether CrewAI never sees the key: a definition may lose keys without a value, but not ``settings``."""
    return crew.written.drops_nulls and field.value is None and inside != "settings"


def _is_of_others(key: str, owner: Owner, version: str) -> bool:
    """Whether a key that ``owner`` does not know is one of CrewAI's other classes: no slip of the pen."""
    others: tuple[Owner, ...] = ("agent", "task", "crew")
    return any(key in accepted_keys(other, version).types for other in others if other != owner)


def _close(key: str, accepted: AcceptedKeys, taken: Iterable[str]) -> str | None:
    """The key that was probably meant, if it is not there already."""
    free = [one for one in accepted.settable if one not in _NOT_MEANT and one not in set(taken)]
    earlier = _BEFORE.get(key)
    return earlier if earlier in free else did_you_mean(key, free, likeness=0.8)


def _unknown(
    key: str, field: Field, member: Member | None, suggestion: str | None, *, is_refused: bool
) -> Objection:
    hint = f"; did you mean {suggestion}?" if suggestion else ""
    # People put settings of the LLM on the agent (``temperature``): to rename such a key into a field of the
    # agent that looks like it would be worse than to leave it.
    setting = _llm_setting(key) if member is not None and not member.is_task else None
    if setting is not None and (setting == key or suggestion is None):
        suggestion = None
        hint = f"; {setting} belongs to the LLM: `llm: {{model: …, {setting}: …}}`"
    return Objection(
        Kind.UNKNOWN_KEY,
        Outcome.REFUSED if is_refused else Outcome.IGNORED,
        f"CrewAI {'refuses' if is_refused else 'ignores'} the key {key} of "
        f"{member.label if member else 'the crew'}, which it does not know{hint}",
        field.key_place,
        tasks=member.tasks if member else (),
        agents=member.agents if member else (),
        key=key,
        suggestion=suggestion,
    )


def _llm_setting(key: str) -> str | None:
    """The setting of an LLM that ``key`` is, or is nearly."""
    return did_you_mean(key, sorted(LLM_PARAMETERS), likeness=0.85)


def runtime_keys(crew: Crew, version: str) -> Iterator[Objection]:
    """Fields that only a running crew sets."""
    for member in everybody(crew):
        for key in _runtime_of(crew, member, version):
            one = _runtime(key, member.owner.fields[key], member.label)
            yield replace(one, tasks=member.tasks, agents=member.agents)
    for key in sorted(definition_keys("crew", version).runtime & crew.fields.keys()):
        if crew.written.is_definition and not _is_dropped(crew, crew.fields[key], "owner"):
            yield _runtime(key, crew.fields[key], "the crew")
    if not crew.written.is_definition and _sets_id(crew.fields):
        yield _runtime("id", crew.fields["id"], "the crew")


def _runtime_of(crew: Crew, member: Member, version: str) -> list[str]:
    if crew.written.is_definition:
        kind: Owner = "task" if member.is_task else "agent"
        runtime = definition_keys(kind, version).runtime
        return sorted(
            written.key
            for written in written_keys(member.owner)
            if written.key in runtime and not _is_dropped(crew, written.field, written.inside)
        )
    return ["id"] if _sets_id(member.owner.fields) else []


def _sets_id(fields: Mapping[str, Field]) -> bool:
    """Whether an ``id`` is given, which no value is right for."""
    given = fields.get("id")
    return given is not None and type(given.value) is not Unknown


def _runtime(key: str, field: Field, what: str) -> Objection:
    message = f"CrewAI refuses the key {key} of {what}: only a running crew sets it"
    return Objection(Kind.RUNTIME_KEY, Outcome.REFUSED, message, field.key_place, key=key)


_REQUIRED: Final = {False: ("role", "goal", "backstory"), True: ("description", "expected_output")}
"""Texts an agent and a task cannot do without."""


def missing_fields(crew: Crew) -> Iterator[Objection]:
    """Texts no agent or task can do without."""
    for member in everybody(crew):
        owner = member.owner
        is_message = isinstance(owner, Task) and owner.is_message
        # A manager that nothing is known of has no fields.
        if is_message or (not owner.fields and owner is crew.manager_agent):
            continue
        if not _is_given(crew, owner, "from_repository", unknown_counts=False):
            for key in _REQUIRED[member.is_task]:
                if not _is_given(crew, owner, key, unknown_counts=True):
                    yield Objection(
                        Kind.MISSING_FIELD,
                        Outcome.REFUSED,
                        f"CrewAI refuses the {member.label}: it has no {key}",
                        owner.place_of(key),
                        tasks=member.tasks,
                        agents=member.agents,
                        key=key,
                    )


def _is_given(crew: Crew, owner: Agent | Task, key: str, *, unknown_counts: bool) -> bool:
    """Whether the key has a value where CrewAI looks for it: right under its owner in a definition, before
    ``settings`` and ``config``.

    ``unknown_counts``: take it for given where the loader could not see everything.
    """
    document = crew.data_at(owner.place) if crew.written.is_definition else None
    if document is not None:
        found = document.node_at((*(owner.place.route or ()), key))
        return found is not None and found.value is not None
    given = next((one for one in written_keys(owner) if one.key == key), None)
    if given is None:
        may_be = key in owner.fields or _is_partly_unknown(crew, owner)
        # A definition is data: nothing of it is unknown, so what is not there is missing.
        return unknown_counts and not crew.written.is_definition and may_be
    return given.field.value is not None


def _is_partly_unknown(crew: Crew, owner: Agent | Task) -> bool:
    """Whether the loader had to leave out something of ``owner`` that is only known when it runs: which keys
    it has, not what stands under one of them."""
    marks = (f"agent '{owner.name}'", f"task '{owner.name}'")
    reasons = [one.reason for one in crew.unknowns if one.reason.startswith(marks)]
    return any(_after_mark(reason) not in owner.fields for reason in reasons)


def _after_mark(reason: str) -> str:
    """What a reason names after its owner: ``task 'one': output_json: …``."""
    return reason.partition(": ")[2].partition(": ")[0]
