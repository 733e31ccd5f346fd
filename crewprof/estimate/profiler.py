"""``profile_crew``: where the tokens, the money and the seconds of one kickoff go.

The calls come from ``semantics``; here they get lengths, prices and durations. Tasks are estimated in
CrewAI's order, so that the outputs a task receives are known before its prompt is counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from crewprof.estimate.assumptions import Assumptions, Book
from crewprof.estimate.ceiling import ceiling_of, total_ceiling
from crewprof.estimate.profile import (
    AgentModel,
    AgentProfile,
    Dependency,
    Profile,
    Schedule,
    TaskProfile,
    Total,
)
from crewprof.estimate.profile_notes import inputs_at_kickoff, model_facts, notes_of, used_assumptions
from crewprof.estimate.task_estimate import TaskEstimate, agent_of, estimate_task
from crewprof.estimate.timing import makespan, throttled
from crewprof.estimate.tool_results import KnownTools
from crewprof.quantity import Range, total
from crewprof.semantics.call import Prompt
from crewprof.semantics.schedule import groups_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from crewprof.crew.definition import Agent, Crew, Model, Task
    from crewprof.estimate.profile import CallLine, Ceiling, FirstCall
    from crewprof.estimate.task_estimate import ModelLookup
    from crewprof.semantics.behavior import Behavior
    from crewprof.semantics.call import CallRule
    from crewprof.semantics.context import TaskContext
    from crewprof.semantics.texts import Texts

_NO_PROMPT = Prompt(())
_NO_MONEY = Range.exactly(Decimal(0))


class CrewCalls(Protocol):
    """What CrewAI sends for a crew, as ``semantics`` knows it."""

    def contexts(self) -> Mapping[str, TaskContext]:
        """What each task receives from others, by name."""

    def first_prompt(self, task: Task) -> Prompt | None:
        """The first request of ``task``; ``None`` if CrewAI refuses to run it."""

    def puts_results_aside(self) -> bool:
        """Whether a large result of a tool is replaced by a notice."""

    def model(self, task: Task) -> Model | None:
        """The model that runs ``task``, ``None`` if there is none or it cannot be known."""

    def rules(self, task: Task) -> Sequence[CallRule]:
        """The calls ``task`` causes."""

    def overhead(self) -> Sequence[CallRule]:
        """The calls that belong to no task."""


@dataclass(frozen=True)
class Facts:
    """What an estimate is made with beside the crew: the catalogue, the assumptions, tool result sizes.

    ``tool_result_tokens``: expected tokens of one result by the tool's name as written in the crew;
    ``mcp_definition_tokens``: tokens of all definitions of an MCP server or app, by its name there.
    """

    lookup: ModelLookup
    assumptions: Assumptions = field(default_factory=Assumptions)
    tool_result_tokens: Mapping[str, int] = field(default_factory=dict)
    mcp_definition_tokens: Mapping[str, int] = field(default_factory=dict)

    def calls_functions(self, model: Model | None) -> bool:
        """Whether CrewAI sends tools on the wire to ``model``; taken for granted of an unknown one."""
        return model is None or model.id is None or self.lookup(model).function_calling


def profile_crew(crew: Crew, *, behavior: Behavior, texts: Texts, today: date, facts: Facts) -> Profile:
    """The profile of one kickoff of ``crew`` on a CrewAI that behaves like ``behavior``, says ``texts``.

    Every agent of ``crew`` has its model already (``semantics.models.with_models``).
    """
    from crewprof.estimate.crew_calls import SemanticCalls
    from crewprof.semantics.setting import Setting

    setting = Setting(texts, behavior, today, facts.calls_functions)
    return profile_calls(crew, SemanticCalls(crew, setting), facts)


def profile_calls(crew: Crew, calls: CrewCalls, facts: Facts) -> Profile:
    """The profile of ``crew``, whose calls are ``calls``."""
    contexts = calls.contexts()
    answers: dict[str, Range[float]] = {}
    limits: dict[str, int | None] = {}
    tasks: list[TaskProfile] = []
    books: list[Book] = []
    for task in crew.tasks:
        book = Book(facts.assumptions)
        rules, first = calls.rules(task), calls.first_prompt(task)
        estimate = _estimate(crew, task, calls.model(task), calls, answers, limits, facts, book)
        estimate = estimate.for_rules(rules)
        tasks.append(_task_profile(crew, task, estimate, rules, first, contexts[task.name]))
        answers[task.name] = estimate.answer.tokens
        limits[task.name] = estimate.limit
        books.append(book)
    overhead, overhead_ceiling = _overhead(crew, calls, answers, limits, facts, books)
    agents = _agents(crew, tasks, overhead, facts.lookup)
    sums = _total(crew, tasks, overhead, overhead_ceiling)
    groups = groups_of(crew)
    seconds = throttled(_makespan(crew, tasks), sums.calls, crew.max_rpm)
    return Profile(
        agents=agents,
        tasks=tuple(tasks),
        overhead=overhead,
        total=sums,
        schedule=Schedule(seconds.expected, groups),
        assumptions=(*used_assumptions(books, facts.assumptions), *model_facts(_models(crew), facts.lookup)),
        notes=notes_of(
            crew, [calls.first_prompt(task) for task in crew.tasks], sums.unpriced_calls, facts.assumptions
        ),
    )


def _estimate(
    crew: Crew,
    task: Task,
    llm: Model | None,
    calls: CrewCalls,
    answers: Mapping[str, Range[float]],
    limits: Mapping[str, int | None],
    facts: Facts,
    book: Book,
) -> TaskEstimate:
    return estimate_task(
        crew,
        task,
        answers=answers,
        limits=limits,
        prompt=calls.first_prompt(task) or _NO_PROMPT,
        known=KnownTools(facts.tool_result_tokens, facts.mcp_definition_tokens),
        puts_results_aside=calls.puts_results_aside(),
        llm=llm,
        lookup=facts.lookup,
        book=book,
    )


def _task_profile(
    crew: Crew,
    task: Task,
    estimate: TaskEstimate,
    rules: Sequence[CallRule],
    first_prompt: Prompt | None,
    context: TaskContext,
) -> TaskProfile:
    lines = estimate.lines(rules)
    agent = agent_of(crew, task)
    called = total((line.calls for line in lines), 0.0)
    seconds = total((line.seconds for line in lines), 0.0)
    return TaskProfile(
        name=task.name,
        agent=task.agent,
        async_execution=task.async_execution,
        depends_on=tuple(
            Dependency(name, context.via, certain=True) for name in dict.fromkeys(context.sources)
        ),
        calls=called,
        input_tokens=total((line.input_tokens for line in lines), 0.0),
        cached_input_tokens=total((line.cached_input_tokens for line in lines), 0.0),
        output_tokens=total((line.output_tokens for line in lines), 0.0),
        cost_usd=_cost(lines),
        seconds=throttled(seconds, called, agent.max_rpm if agent is not None else None),
        answer_tokens=estimate.answer.tokens,
        first_call=_first_call(crew, task, estimate.first_call(first_prompt or _NO_PROMPT)),
        ceiling=ceiling_of(estimate.worst_cases(rules)),
        lines=lines,
        assumed=estimate.book.used,
    )


def _first_call(crew: Crew, task: Task, counted: FirstCall) -> FirstCall:
    """``counted``, which is not exact while it holds placeholders that get their values at kickoff."""
    agent = agent_of(crew, task)
    texts = [task.description, task.expected_output]
    texts += [agent.role, agent.goal, agent.backstory] if agent is not None else []
    return replace(counted, exact=counted.exact and not inputs_at_kickoff(crew, texts))


def _overhead(
    crew: Crew,
    calls: CrewCalls,
    answers: Mapping[str, Range[float]],
    limits: Mapping[str, int | None],
    facts: Facts,
    books: list[Book],
) -> tuple[tuple[CallLine, ...], Ceiling]:
    """Calls that belong to no task: crew planning writes a plan for every task."""
    rules = calls.overhead()
    if not rules or not crew.tasks:
        return (), ceiling_of(())
    book = Book(facts.assumptions)
    books.append(book)
    estimate = _estimate(crew, crew.tasks[-1], crew.planning_llm, calls, answers, limits, facts, book)
    estimate = estimate.of_whole_crew(len(crew.tasks))
    return estimate.lines(rules), ceiling_of(estimate.worst_cases(rules))


def _cost(lines: Iterable[CallLine]) -> Range[Decimal] | None:
    """USD of the lines that have a price; ``None`` when none has."""
    priced = [line.cost_usd for line in lines if line.cost_usd is not None]
    return total(priced, Decimal(0)) if priced else None


def _agents(
    crew: Crew, tasks: Sequence[TaskProfile], overhead: Sequence[CallLine], lookup: ModelLookup
) -> tuple[AgentProfile, ...]:
    lines = [line for task in tasks for line in task.lines] + list(overhead)
    agents = [*crew.agents, *crew.outside_agents]
    if crew.manager_agent is not None:
        agents.append(crew.manager_agent)
    found = [_agent_profile(agent.name, agent.llm, tasks, lines, lookup) for agent in agents]
    known = {agent.name for agent in agents}
    unnamed = dict.fromkeys(
        line.agent for line in lines if line.agent is not None and line.agent not in known
    )
    found += [_agent_profile(name, crew.manager_llm, tasks, lines, lookup) for name in unnamed]
    return tuple(found)


def _agent_profile(
    name: str, llm: Model | None, tasks: Sequence[TaskProfile], lines: Sequence[CallLine], lookup: ModelLookup
) -> AgentProfile:
    own = [line for line in lines if line.agent == name]
    return AgentProfile(
        name=name,
        model=_agent_model(llm, lookup),
        tasks=tuple(task.name for task in tasks if task.agent == name),
        cost_usd=_cost(own) if own else _NO_MONEY,
        input_tokens=total((line.input_tokens for line in own), 0.0),
        output_tokens=total((line.output_tokens for line in own), 0.0),
    )


def _agent_model(llm: Model | None, lookup: ModelLookup) -> AgentModel:
    if llm is None or llm.id is None:
        return AgentModel("?", "unknown" if llm else "default", None, priced=False, counting="approximate")
    entry = lookup(llm)
    return AgentModel(
        id=llm.id,
        source=llm.source.value,
        tier=entry.tier,
        priced=entry.priced,
        counting="exact" if entry.counting_exact else "approximate",
    )


def _total(
    crew: Crew, tasks: Sequence[TaskProfile], overhead: Sequence[CallLine], overhead_ceiling: Ceiling
) -> Total:
    lines = [line for task in tasks for line in task.lines] + list(overhead)
    called = total((line.calls for line in lines), 0.0)
    before = total((line.seconds for line in overhead), 0.0)
    return Total(
        calls=called,
        input_tokens=total((line.input_tokens for line in lines), 0.0),
        cached_input_tokens=total((line.cached_input_tokens for line in lines), 0.0),
        output_tokens=total((line.output_tokens for line in lines), 0.0),
        cost_usd=_cost(lines),
        seconds=throttled(before + _makespan(crew, tasks), called, crew.max_rpm),
        ceiling=total_ceiling([*(task.ceiling for task in tasks), overhead_ceiling]),
        unpriced_calls=sum(line.calls.expected for line in lines if line.cost_usd is None),
    )


def _makespan(crew: Crew, tasks: Sequence[TaskProfile]) -> Range[float]:
    return makespan(groups_of(crew), {task.name: task.seconds for task in tasks})


def _models(crew: Crew) -> tuple[Model, ...]:
    """The models the crew names or gets, each once."""
    managers = [crew.manager_agent] if crew.manager_agent else []
    agents: list[Agent] = [*crew.agents, *crew.outside_agents, *managers]
    models = [*(agent.llm for agent in agents), crew.manager_llm, crew.planning_llm]
    known = {(llm.id, llm.max_tokens): llm for llm in models if llm is not None}
    return tuple(known.values())
