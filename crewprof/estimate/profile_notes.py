"""What a profile rests on and what it leaves out, in the words of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.estimate.ceiling import answer_limit
from crewprof.estimate.gaps import Cause
from crewprof.estimate.profile import UsedAssumption
from crewprof.models.digest import price_data
from crewprof.models.speed import SPEEDS
from crewprof.semantics.interpolation import PLACEHOLDER
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crewprof.crew.definition import Crew, Model
    from crewprof.estimate.assumptions import Assumption, Assumptions, Book
    from crewprof.estimate.gaps import Gap
    from crewprof.estimate.task_estimate import ModelLookup
    from crewprof.models.catalogue import CatalogueEntry
    from crewprof.models.speed import Speed
    from crewprof.quantity import Range
    from crewprof.semantics.call import Prompt

_LIMIT_SOURCE = "what the provider allows, as no max_tokens is set: bounds the worst case"
_SPEED_SOURCE = "recorded: OpenAI's processing times and logs of runs; else third-party measurements of 2026"


def used_assumptions(books: Iterable[Book], assumptions: Assumptions) -> tuple[UsedAssumption, ...]:
    """Every assumption asked for while estimating, in the order of first use."""
    names = dict.fromkeys(name for book in books for name in book.used)
    return tuple(_used(assumptions[name]) for name in names)


def model_facts(models: Iterable[Model], lookup: ModelLookup) -> tuple[UsedAssumption, ...]:
    """What the seconds and the ceiling rest on beside the crew: speeds, and the longest answers allowed."""
    found: dict[str, UsedAssumption] = {}
    for model in models:
        if model.id is None:
            found |= _speed_facts(SPEEDS["unknown"])
            continue
        entry = lookup(model)
        found |= _speed_facts(entry.speed)
        found |= _price_facts(model.id, entry)
        limit = answer_limit(None, entry)
        if model.max_tokens is None and limit is not None:
            name = f"longest_answer_{model.id}"
            found[name] = UsedAssumption(name, limit, "tokens", _LIMIT_SOURCE)
    return tuple(found.values())


def _price_facts(model: str, entry: CatalogueEntry) -> dict[str, UsedAssumption]:
    """What the tokens of a model cost, and who says so since when."""
    given, made = entry.input_price, entry.output_price
    if given is None or made is None or entry.local:
        return {}
    value = f"{given:f} in, {made:f} out"
    source = entry.price_note or _library()
    return {f"price_{model}": UsedAssumption(f"price_{model}", value, "USD per million tokens", source)}


def _library() -> str:
    data = price_data()
    taken = f", taken on {data.made_on}" if data.made_on is not None else ""
    return f"genai-prices {data.library_version}{taken}"


def _speed_facts(speed: Speed) -> dict[str, UsedAssumption]:
    spreads = (
        ("first_token", speed.first_token_seconds, "s"),
        ("output", speed.output_tokens_per_second, "tokens/s"),
    )
    return {
        name: UsedAssumption(name, _shown(spread), unit, _SPEED_SOURCE)
        for what, spread, unit in spreads
        for name in (f"speed_{speed.name}_{what}",)
    }


_GAP_CAUSES = {"stand-in": Cause.TOOLS, "unknown": Cause.TEXT}
"""What a gap of a prompt is about, by the last word it is told with."""


def notes_of(
    crew: Crew,
    prompts: Sequence[Prompt | None],
    unpriced_calls: float,
    gaps: Sequence[Gap],
    assumptions: Assumptions,
) -> tuple[str, ...]:
    """What could not be known, each with its line, then what the estimate leaves out."""
    notes = [f"{one.place.shown_path}:{one.place.shown_line}: {one.reason}" for one in crew.unknowns]
    for task, prompt in zip(crew.tasks, prompts, strict=True):
        if prompt is None:
            if task.agent_known:
                notes.append(f"task {task.name}: CrewAI does not run it, it has no agent")
            continue
        told = {gap.cause for gap in gaps if gap.concerns(task.name)}
        untold = (gap for gap in prompt.gaps if _GAP_CAUSES.get(gap.split()[-1]) not in told)
        notes += [f"task {task.name}: {gap}" for gap in untold]
        if task.human_input:
            notes.append(f"task {task.name}: the time a person takes to answer is not counted")
    notes += _unseen_tools(prompts, assumptions)
    notes += _embeddings(crew)
    unset = placeholders_left(crew, _texts(crew))
    if unset:
        named = ", ".join(unset)
        notes.append(f"inputs without a value: {named} (set them with --input NAME=VALUE)")
    if unpriced_calls and not any(gap.cause in (Cause.PRICE, Cause.MODEL) for gap in gaps):
        calls = "1 call" if unpriced_calls == 1 else f"{unpriced_calls:.3g} calls"
        notes.append(f"the cost leaves out {calls} to models without a known price")
    return tuple(dict.fromkeys(notes))


def _unseen_tools(prompts: Iterable[Prompt | None], assumptions: Assumptions) -> list[str]:
    """A note on every MCP server and app: what its tools are only a run shows."""
    servers = dict.fromkeys(name for prompt in prompts if prompt is not None for name in prompt.unseen)
    tokens = assumptions["mcp_definition_tokens"].value
    return [
        f"the tools of {server} are not known: about {tokens:,.0f} tokens a call assumed for their "
        "definitions; set `mcp-definition-tokens` or record a run"
        for server in servers
    ]


def _embeddings(crew: Crew) -> list[str]:
    """A note on what memory and knowledge ask an embedder for, which is billed apart."""
    agents = crew.workers
    features = {
        "memory": crew.memory or any(agent.memory for agent in agents),
        "knowledge": crew.knowledge_sources or any(agent.knowledge_sources for agent in agents),
    }
    users = " and ".join(name for name, is_used in features.items() if is_used)
    if not users:
        return []
    chosen = "embedder" in crew.fields or any("embedder" in agent.fields for agent in agents)
    whose = "the embedder" if chosen else "OpenAI's embedder (needs OPENAI_API_KEY; set `embedder`)"
    return [f"{users}: the requests to {whose} are not in the cost"]


def _texts(crew: Crew) -> Iterable[str | None]:
    for agent in crew.agents:
        yield from (agent.role, agent.goal, agent.backstory)
    for task in crew.tasks:
        yield from (task.description, task.expected_output)


def placeholders_left(crew: Crew, texts: Iterable[str | None]) -> tuple[str, ...]:
    """Inputs that ``texts`` name and whose value only the project's own code gives, when it starts the crew:
    they are counted as their placeholders.

    A placeholder that the kickoff is known to give nothing for is sent as it stands.
    """
    names: dict[str, None] = {}
    for text in texts:
        for name in PLACEHOLDER.findall(text) if text else ():
            is_missing = name not in crew.inputs and not crew.inputs_known
            if is_missing or isinstance(crew.inputs.get(name), Unknown):
                names[name] = None
    return tuple(names)


def _used(assumption: Assumption) -> UsedAssumption:
    return UsedAssumption(assumption.name, _shown(assumption.spread), assumption.unit, assumption.source)


def _shown(spread: Range[float]) -> object:
    """A number, or its three bounds."""
    if spread.is_exact:
        return spread.expected
    return {"low": spread.low, "expected": spread.expected, "high": spread.high}
