"""``profile_crew``: where the tokens, the money and the seconds of one kickoff go.

The calls come from ``semantics``; here they get lengths, prices and durations. Tasks are estimated in
CrewAI's order, so that the outputs a task receives are known before its prompt is counted.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crewprof.estimate.ceiling import UNKNOWN_MODEL, total_ceiling
from crewprof.estimate.gaps import Cause, amounts_of, gaps_of, price_gap
from crewprof.estimate.possibilities import UNSEEN, run_together
from crewprof.estimate.profile import AgentModel, AgentProfile, Ceiling, Profile, Schedule, Total
from crewprof.estimate.profile_notes import model_facts, notes_of, used_assumptions
from crewprof.estimate.spanned import cost_of_lines
from crewprof.estimate.task_profiles import TaskProfiles, possible_calls
from crewprof.estimate.timing import crew_requests, makespan_range, throttled
from crewprof.quantity import Range, spanning, total
from crewprof.quick_dataclasses import replace
from crewprof.semantics.schedule import groups_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from crewprof.crew.definition import Agent, Crew, Model
    from crewprof.estimate.facts import CrewCalls, Facts
    from crewprof.estimate.gaps import Gap, Spending
    from crewprof.estimate.profile import CallLine, TaskProfile
    from crewprof.estimate.task_estimate import ModelLookup
    from crewprof.semantics.behavior import Behavior
    from crewprof.semantics.texts import Texts

_NO_MONEY = Range.exactly(Decimal(0))


def profile_crew(crew: Crew, *, behavior: Behavior, texts: Texts, today: date, facts: Facts) -> Profile:
    """The profile of one kickoff of ``crew`` on a CrewAI that behaves like ``behavior``, says ``texts``.

    Every agent of ``crew`` has its model already (``semantics.models.with_models``).
    """
    from crewprof.estimate.crew_calls import SemanticCalls
    from crewprof.semantics.prompt_setting import PromptSetting

    setting = PromptSetting(texts, behavior, today, facts.calls_functions)
    return profile_calls(crew, SemanticCalls(crew, setting), facts)


def profile_calls(crew: Crew, calls: CrewCalls, facts: Facts) -> Profile:
    """The profile of ``crew``, whose calls are ``calls``."""
    gaps = gaps_of(crew, facts.tool_result_tokens)
    work = TaskProfiles(crew, facts, gaps, possible_calls(crew, calls, gaps))
    tasks = tuple(work.task(index) for index in range(len(crew.tasks)))
    overhead, overhead_ceiling = work.overhead()
    around = None
    if work.measured is not None:
        overhead, around = work.measured.overhead(overhead), work.measured.seconds_around()
    gaps = (*gaps, *_price_gaps(crew, tasks, overhead))
    agents = _agents(crew, tasks, overhead, facts.lookup, gaps)
    sums = _total(crew, tasks, overhead, overhead_ceiling, gaps, around)
    groups = groups_of(crew)
    lines = [line for task in tasks for line in task.lines]
    seconds = throttled(_makespan(crew, tasks), crew_requests(crew, lines), crew.max_rpm)
    books = work.books
    return Profile(
        agents=agents,
        tasks=tasks,
        overhead=overhead,
        total=sums,
        schedule=Schedule(seconds.expected, groups),
        assumptions=(*used_assumptions(books, facts.assumptions), *model_facts(_models(crew), facts.lookup)),
        notes=notes_of(
            crew,
            [calls.first_prompt(task) for task in crew.tasks],
            sums.unpriced_calls,
            gaps,
            facts.assumptions,
        ),
        gaps=gaps,
    )


def _price_gaps(crew: Crew, tasks: Sequence[TaskProfile], overhead: Sequence[CallLine]) -> Iterator[Gap]:
    """The models that calls go to and of which no price is known."""
    users: dict[str, list[str]] = {}
    for task in tasks:
        for line in task.lines:
            if line.cost_usd is None and line.model is not None and line.calls.high > 0.0:
                users.setdefault(line.model, []).append(task.name)
    for line in overhead:
        if line.cost_usd is None and line.model is not None:
            users.setdefault(line.model, [])
    models = {model.id: model for model in _models(crew)}
    for name, used_by in users.items():
        if name in models:
            yield price_gap(crew, models[name], used_by)


def _agents(
    crew: Crew,
    tasks: Sequence[TaskProfile],
    overhead: Sequence[CallLine],
    lookup: ModelLookup,
    gaps: Sequence[Gap],
) -> tuple[AgentProfile, ...]:
    lines: dict[str, list[CallLine]] = {}
    for line in [line for task in tasks for line in task.lines] + list(overhead):
        if line.agent is not None:
            lines.setdefault(line.agent, []).append(line)
    own: dict[str | None, list[str]] = {}
    for task in tasks:
        own.setdefault(task.agent, []).append(task.name)
    agents = [*crew.agents, *crew.outside_agents]
    if crew.manager_agent is not None:
        agents.append(crew.manager_agent)
    known = {agent.name for agent in agents} | {UNSEEN}
    asked = [(agent.name, agent.role, agent.llm) for agent in agents]
    asked += [(name, None, crew.manager_llm) for name in lines if name not in known]
    found = [
        _agent_profile(name, role, llm, own.get(name, ()), lines.get(name, ()), lookup)
        for name, role, llm in asked
    ]
    # Whoever the agent of a task is, it does more than is booked here.
    has_more = any(gap.cause in (Cause.AGENT, Cause.TASKS) for gap in gaps)
    return tuple(_opened(one) if has_more else one for one in found)


def _opened(agent: AgentProfile) -> AgentProfile:
    return replace(
        agent,
        cost_usd=None if agent.cost_usd is None else agent.cost_usd.opened(),
        input_tokens=agent.input_tokens.opened(),
        output_tokens=agent.output_tokens.opened(),
    )


def _agent_profile(
    name: str,
    role: str | None,
    llm: Model | None,
    tasks: Sequence[str],
    lines: Sequence[CallLine],
    lookup: ModelLookup,
) -> AgentProfile:
    """What the agent called ``name`` spends: ``lines``, for ``tasks`` and for those of others."""
    return AgentProfile(
        name=name,
        model=_agent_model(llm, lookup),
        tasks=tuple(tasks),
        cost_usd=cost_of_lines(lines) if lines else _NO_MONEY,
        input_tokens=total((line.input_tokens for line in lines), 0.0),
        output_tokens=total((line.output_tokens for line in lines), 0.0),
        role=role,
    )


def _agent_model(llm: Model | None, lookup: ModelLookup) -> AgentModel:
    if llm is None or llm.id is None:
        return AgentModel(None, "unknown", None, priced=False, counting="approximate")
    entry = lookup(llm)
    return AgentModel(
        id=llm.id,
        source=llm.source.value,
        tier=entry.tier,
        priced=entry.priced,
        counting="exact" if entry.counting_exact else "approximate",
    )


def _total(
    crew: Crew,
    tasks: Sequence[TaskProfile],
    overhead: Sequence[CallLine],
    overhead_ceiling: Ceiling,
    gaps: Sequence[Gap],
    around: Range[float] | None,
) -> Total:
    """``around``: seconds outside of the tasks, where they were measured."""
    lines = [line for task in tasks for line in task.lines] + list(overhead)
    parts: list[TaskProfile | CallLine] = [*tasks, *overhead]
    called = total((one.calls for one in parts), 0.0)
    before = around if around is not None else total((line.seconds for line in overhead), 0.0)
    cost = cost_of_lines([one for one in parts if one.calls.high > 0.0])
    seconds = throttled(before + _makespan(crew, tasks), crew_requests(crew, lines), crew.max_rpm)
    unknown = amounts_of([gap for gap in gaps if not gap.is_bounded])
    ceiling = total_ceiling([*(task.ceiling for task in tasks), overhead_ceiling])
    return Total(
        calls=_told(called, "calls", unknown),
        input_tokens=_told(total((one.input_tokens for one in parts), 0.0), "calls", unknown),
        cached_input_tokens=_told(total((one.cached_input_tokens for one in parts), 0.0), "calls", unknown),
        output_tokens=_told(total((one.output_tokens for one in parts), 0.0), "calls", unknown),
        cost_usd=cost.opened() if cost is not None and "cost" in unknown else cost,
        seconds=_told(seconds, "seconds", unknown),
        ceiling=_bounded(ceiling, gaps),
        unpriced_calls=sum(line.calls.expected for line in lines if line.cost_usd is None),
        lower_bounds=amounts_of(gaps),
    )


def _told(quantity: Range[float], amount: Spending, unknown: frozenset[Spending]) -> Range[float]:
    return quantity.opened() if amount in unknown else quantity


def _bounded(ceiling: Ceiling, gaps: Sequence[Gap]) -> Ceiling:
    """``ceiling``, or none where what is not known could exceed it."""
    unknown = [gap for gap in gaps if "ceiling" in gap.of]
    if not unknown:
        return ceiling
    # Without its price, how many tokens a model can take is known all the same.
    tokens = ceiling.tokens if all(gap.cause is Cause.PRICE for gap in unknown) else None
    # That nothing is known of an unknown model goes without saying beside its gap.
    others = (one for one in ceiling.unbounded_because if UNKNOWN_MODEL not in one)
    reasons = dict.fromkeys([*(f"{gap.what} is not known" for gap in unknown), *others])
    return Ceiling(tokens, None, tuple(reasons))


def _makespan(crew: Crew, tasks: Sequence[TaskProfile]) -> Range[float]:
    seconds = {task.name: task.seconds for task in tasks}
    together = run_together(crew)
    crews = (crew,) if together is crew else (crew, together)
    spans = [makespan_range(groups_of(one), seconds) for one in crews]
    return spanning(spans) if len(spans) > 1 else spans[0]


def _models(crew: Crew) -> tuple[Model, ...]:
    """The models the crew names or gets, each once."""
    managers = [crew.manager_agent] if crew.manager_agent else []
    agents: list[Agent] = [*crew.agents, *crew.outside_agents, *managers]
    models = [*(agent.llm for agent in agents), crew.manager_llm, crew.planning_llm]
    known = {(llm.id, llm.max_tokens): llm for llm in models if llm is not None}
    return tuple(known.values())
