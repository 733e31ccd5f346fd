"""Why one task of a crew costs what it costs, and what would halve it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias

from crewprof.analysis.ignores import split_ignored
from crewprof.analysis.pipeline import examine, is_wanted
from crewprof.crew.definition import Model, ModelSource
from crewprof.estimate.call_reasons import task_reasons
from crewprof.estimate.crew_calls import SemanticCalls
from crewprof.models import siblings
from crewprof.quick_dataclasses import dataclass, replace
from crewprof.semantics.call import CallKind
from crewprof.semantics.prompt_setting import PromptSetting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crewprof.analysis.examination import Examination
    from crewprof.analysis.options import AnalysisOptions
    from crewprof.crew.definition import Agent, Crew, Task
    from crewprof.estimate.call_reasons import CallReason, TaskReasons
    from crewprof.estimate.gaps import Gap
    from crewprof.estimate.profile import Profile, TaskProfile
    from crewprof.findings import Finding
    from crewprof.models import CatalogueEntry
    from crewprof.semantics.call import Part

Component: TypeAlias = "Part | Literal['answers', 'results']"
"""What money goes to: a part of the prompts, what the model writes, or results of tools with the steps that
asked for them."""

MODELS_TRIED = 2
"""Lighter models whose price for the task is worked out."""

LEAST_ANSWER = Decimal("0.25")
"""Share of an answer's length below which it would no longer be that answer."""
FEWEST_USES = 0.5
"""Uses of tools below which it is no advice to use them less."""


@dataclass(frozen=True, slots=True)
class Lever:
    """A change that makes the task cheaper.

    ``cost_usd``: what the task would cost then, expected; ``subject``: the model, or the sources of its
    context; ``amount``: tokens of an answer or uses of tools at which half of the cost is left.
    """

    kind: Literal["model", "answers", "context", "turns"]
    cost_usd: Decimal
    subject: tuple[str, ...] = ()
    amount: float | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A task of ``crew``, which is complete, with what its numbers are based on.

    ``entries``: what is known of the models it calls, by name. ``shares``: USD (tokens, where nothing has a
    price) of the expected cost by component, the largest first. ``findings``: those about the task or its
    agent, with what their fixes save in a run of the crew.
    """

    crew: Crew
    task: Task
    profile: TaskProfile
    reasons: TaskReasons
    entries: Mapping[str, CatalogueEntry]
    shares: tuple[tuple[Component, Decimal], ...]
    levers: tuple[Lever, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...] = ()
    """What is not known of the task, so that its calls cannot be explained one by one."""
    context: Literal["assumed", "measured", "mixed"] = "assumed"
    """Whether the outputs the task receives were measured; ``mixed`` where only some were."""


def explain_task(crew: Crew, options: AnalysisOptions, name: str) -> Explanation:
    """The explanation of the task called ``name``.

    Raises :class:`KeyError` when there is no such task and :class:`InputError` for what makes a profile
    impossible.
    """
    examination = examine(crew, options)
    basis, whole = examination.basis, examination.crew
    setting = PromptSetting(basis.texts, basis.behavior, options.today, basis.facts.calls_functions)
    calls, task = SemanticCalls(whole, setting), whole.task(name)
    reasons = task_reasons(whole, calls, basis.facts, examination.profile, name)
    profile = examination.profile.task(name)
    models = [one.rule.llm for one in reasons.calls if one.rule is not None] + [calls.model(task)]
    entries = {llm.id: basis.facts.lookup(llm) for llm in models if llm is not None and llm.id is not None}
    shares = _shares(reasons, entries)
    return Explanation(
        crew=whole,
        task=task,
        profile=profile,
        reasons=reasons,
        entries=entries,
        shares=shares,
        levers=tuple(_levers(examination, options, task, reasons, dict(shares))),
        findings=_findings(examination, options, task),
        gaps=tuple(gap for gap in examination.profile.gaps if gap.concerns(name) and "calls" in gap.of),
        context=_context_basis(calls.contexts()[name].sources, examination.profile),
    )


def _context_basis(sources: Sequence[str], profile: Profile) -> Literal["assumed", "measured", "mixed"]:
    """What the lengths of the outputs of ``sources`` are based on."""
    measured = {profile.task(name).output_tokens.provenance == "measured" for name in sources}
    if measured == {True}:
        return "measured"
    return "mixed" if True in measured else "assumed"


def _shares(
    reasons: TaskReasons, entries: Mapping[str, CatalogueEntry]
) -> tuple[tuple[Component, Decimal], ...]:
    found: dict[Component, Decimal] = {}
    is_priced = any(one.line.cost_usd is not None for one in reasons.calls)
    opening = next((one for one in reasons.calls if one.line.kind == CallKind.TASK.value), None)
    for one in reasons.calls:
        for component, amount in _line_shares(one, entries, opening, is_priced=is_priced):
            found[component] = found.get(component, Decimal(0)) + amount
    kept = [(component, amount) for component, amount in found.items() if amount > 0]
    return tuple(sorted(kept, key=lambda pair: -pair[1]))


def _line_shares(
    reason: CallReason,
    entries: Mapping[str, CatalogueEntry],
    opening: CallReason | None,
    *,
    is_priced: bool,
) -> Iterator[tuple[Component, Decimal]]:
    line = reason.line
    if is_priced and line.cost_usd is None:
        return
    written, sent = Decimal(line.output_tokens.expected), Decimal(line.input_tokens.expected)
    if line.cost_usd is not None:
        entry = entries.get(line.model or "")
        price = entry.output_price if entry is not None else None
        # An entry may be priced by tiers or requests: answers never cost more than the whole line.
        written = min(written * (price or 0) / 1_000_000, line.cost_usd.expected)
        sent = line.cost_usd.expected - written
    yield "answers", written
    parts: dict[Component, float] = dict(_sent_parts(reason, opening))
    whole = sum(parts.values()) or 1.0
    for part, tokens in parts.items():
        yield part, sent * Decimal(tokens / whole)


def _sent_parts(reason: CallReason, opening: CallReason | None) -> Iterable[tuple[Component, float]]:
    """Expected input tokens of a line by part. A loop sends the first prompt again, and what came since."""
    line = reason.line
    if line.kind != CallKind.LOOP.value or opening is None:
        return [(part, float(tokens)) for part, tokens in reason.prompt_parts.items()]
    # A loop's input is mostly the first prompt, sent again with each turn: what is left came from tools.
    again = [(part, tokens * line.calls.expected) for part, tokens in opening.prompt_parts.items()]
    more = max(0.0, line.input_tokens.expected - sum(tokens for _, tokens in again))
    return [*again, ("results", more)]


def _levers(
    examination: Examination,
    options: AnalysisOptions,
    task: Task,
    reasons: TaskReasons,
    shares: Mapping[Component, Decimal],
) -> Iterator[Lever]:
    """What makes ``task`` cheaper, as far as it has a price."""
    cost = examination.profile.task(task.name).cost_usd
    if cost is None or not cost.expected:
        return
    whole = cost.expected
    yield from _on_other_models(examination, options, task)
    opening = next((one for one in reasons.calls if one.answer is not None), None)
    written = shares.get("answers", Decimal(0))
    if opening is not None and written >= whole / 2:
        kept = 1 - whole / 2 / written
        length = opening.line.output_tokens.expected / max(opening.line.calls.expected, 1e-9)
        if kept >= LEAST_ANSWER:
            yield Lever("answers", whole / 2, amount=length * float(kept))
    received = shares.get("context", Decimal(0))
    if received:
        waits = [one.task for one in examination.profile.task(task.name).depends_on if one.certain]
        yield Lever("context", whole - received, tuple(waits))
    turns = [one for one in reasons.calls if one.line.kind == CallKind.LOOP.value]
    spent = sum((one.line.cost_usd.expected for one in turns if one.line.cost_usd), Decimal(0))
    often = sum(one.line.calls.expected for one in turns)
    left = often * float(1 - whole / 2 / spent) if spent >= whole / 2 else 0.0
    if left >= FEWEST_USES:
        yield Lever("turns", whole / 2, amount=left)


def _on_other_models(examination: Examination, options: AnalysisOptions, task: Task) -> Iterator[Lever]:
    """The task on the lighter models of the same provider, all else as it is."""
    crew, basis = examination.crew, examination.basis
    agent = next((one for one in crew.agents if one.name == task.agent), None)
    if agent is None or agent.llm is None or agent.llm.id is None:
        return
    found = siblings(agent.llm.id, options.models, cache_dir=options.cache_dir, on=options.today)
    now = examination.profile.task(task.name).cost_usd
    for entry in found[:MODELS_TRIED]:
        then = basis.profile(_on_model(crew, agent, entry.id)).task(task.name).cost_usd
        if now is not None and then is not None and then.expected < now.expected:
            yield Lever("model", then.expected, (agent.name, entry.id))


def _on_model(crew: Crew, agent: Agent, model: str) -> Crew:
    assert agent.llm is not None
    other = Model(model, ModelSource.DECLARED, agent.llm.max_tokens, place=agent.llm.place)
    moved = replace(agent, llm=other)
    return replace(crew, agents=tuple(moved if one is agent else one for one in crew.agents))


def _findings(examination: Examination, options: AnalysisOptions, task: Task) -> tuple[Finding, ...]:
    """The findings about ``task`` or its agent that would save money, priced."""
    about = [
        one
        for one in examination.findings()
        if is_wanted(one, options) and (task.name in one.tasks or task.agent in one.agents)
    ]
    kept, _, _ = split_ignored(tuple(about), examination.crew)
    priced = [examination.pricing.priced(one) for one in kept if one.fix is not None]
    return tuple(sorted(_saving(priced), key=lambda one: -(one.saves.cost_usd or Decimal(0))))


def _saving(findings: Sequence[Finding]) -> Iterator[Finding]:
    return (one for one in findings if one.saves.cost_usd is not None and one.saves.cost_usd > 0)
