"""The profile of each task of a crew, and of the calls that belong to none."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from crewprof.estimate.answers import Answers
from crewprof.estimate.assumptions import Book
from crewprof.estimate.ceiling import ceiling_of
from crewprof.estimate.gaps import Cause
from crewprof.estimate.possibilities import STAND_INS, possible_crews, possible_tasks
from crewprof.estimate.profile import Ceiling, Dependency, TaskProfile
from crewprof.estimate.profile_notes import placeholders_left
from crewprof.estimate.spanned import PossibleTask, between, cost_of_lines, spanned
from crewprof.estimate.task_basis import agent_of, estimate_task
from crewprof.estimate.timing import agent_requests, throttled, throttled_after_any
from crewprof.estimate.tool_results import KnownTools
from crewprof.models.speed import FASTEST
from crewprof.quantity import Amount, Range, Sum, total, total_apart
from crewprof.quick_dataclasses import dataclass, field, replace
from crewprof.semantics.call import Prompt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.crew.definition import Agent, Crew, Model, Task
    from crewprof.estimate.facts import CrewCalls, Facts
    from crewprof.estimate.gaps import Gap
    from crewprof.estimate.measured_tasks import MeasuredTasks
    from crewprof.estimate.profile import CallLine, FirstCall
    from crewprof.estimate.task_estimate import TaskEstimate
    from crewprof.models.catalogue import CatalogueEntry
    from crewprof.semantics.call import CallRule
    from crewprof.semantics.context import TaskContext

_NO_PROMPT = Prompt(())


@dataclass(frozen=True)
class PossibleCalls:
    """A form the crew could have, with its calls and what its tasks receive."""

    crew: Crew
    is_priced: bool
    calls: CrewCalls
    contexts: Mapping[str, TaskContext]


def possible_calls(crew: Crew, calls: CrewCalls, gaps: Sequence[Gap]) -> tuple[PossibleCalls, ...]:
    """Every form ``crew``, of which ``gaps`` are not known, could have; itself first."""
    found = []
    for one in possible_crews(crew, gaps):
        own = calls if one.crew is crew else calls.of(one.crew)
        found.append(PossibleCalls(one.crew, one.is_priced, own, own.contexts()))
    return tuple(found)


@dataclass
class TaskProfiles:
    """The tasks of a crew, estimated one after the other; what each answers is known to those after it.

    ``most``: the longest that answers could be, once a task could be several; ``answers`` span all of them,
    but what is made of both ends of a range is not least and most at its ends.
    """

    crew: Crew
    facts: Facts
    gaps: Sequence[Gap]
    possible: Sequence[PossibleCalls]
    answers: Answers = field(default_factory=Answers)
    most: Answers | None = None
    limits: dict[str, int | None] = field(default_factory=dict)
    books: list[Book] = field(default_factory=list)
    requests: dict[str, Range[float]] = field(default_factory=dict)
    perhaps_used: set[str] = field(default_factory=set)
    """Agents with a limit of their own of which it is not known how much of it the tasks before used."""

    def task(self, index: int) -> TaskProfile:
        """The profile of the task at ``index``, which comes after those asked for before."""
        task = self.crew.tasks[index]
        touching = [gap for gap in self.gaps if gap.concerns(task.name)]
        book = Book(self.facts.assumptions)
        self.books.append(book)
        made: list[PossibleTask] = []
        limits: list[int | None] = []
        used: list[tuple[Agent | None, Range[float]]] = []
        # A task that no gap touches is the same in every form the crew could have.
        for one in self.possible if touching else self.possible[:1]:
            for form in possible_tasks(one.crew, one.crew.tasks[index]):
                profile, limit = self._possible(one, form, book)
                agent = agent_of(one.crew, form)
                used.append((agent, agent_requests(profile.lines, agent)))
                made.append(PossibleTask(self._waiting(agent, profile), one.is_priced))
                limits.append(limit)
        self._used(used)
        profile = made[0].profile if not touching else spanned(task, made, touching)
        profile = self._measured(task, self._fed(profile))
        # What was measured is not several any more.
        possible = () if profile.runs else made
        self._answered(task, profile.answer_tokens, [one.profile.answer_tokens for one in possible])
        known = [limit for limit in limits if limit is not None]
        self.limits[task.name] = max(known) if len(known) == len(limits) else None
        return profile

    def _answered(self, task: Task, answer: Range[float], possible: Sequence[Range[float]]) -> None:
        """Keep what ``task`` answers for those after it: ``answer``, which could be each of ``possible``."""
        low = 0.0 if task.conditional else answer.low
        # Kept only from the first task on that could be several: before it both are the same, and every task
        # after it is estimated twice.
        if self.most is None and len(set(possible)) > 1:
            self.most = Answers(self.answers)
        self.answers[task.name] = replace(answer, low=low)
        if self.most is not None:
            each = (answer, *possible)
            lowest = 0.0 if task.conditional else max(one.low for one in each)
            expected, high = max(one.expected for one in each), max(one.high for one in each)
            self.most[task.name] = Range(lowest, expected, high, answer.is_open)

    def _measured(self, task: Task, profile: TaskProfile) -> TaskProfile:
        """``profile``, or what was recorded in its place; nothing is assumed for that any more."""
        measured = self.measured.of(task, profile) if self.measured is not None else None
        if measured is None:
            return profile
        if not measured.assumed:
            self.books.pop()
        return measured

    @cached_property
    def measured(self) -> MeasuredTasks | None:
        """What takes the place of estimates; ``None`` when nothing was recorded."""
        if self.facts.recorded is None:
            return None
        from crewprof.estimate.measured_tasks import MeasuredTasks

        return MeasuredTasks(self.crew, self.facts.recorded, self.facts.lookup)

    def _waiting(self, agent: Agent | None, profile: TaskProfile) -> TaskProfile:
        """``profile`` with the minutes that the own ``max_rpm`` of its ``agent`` makes it wait, after the
        tasks before it have used of the same allowance."""
        if agent is None or not agent.max_rpm:
            return profile
        requests = agent_requests(profile.lines, agent)
        if agent.name in self.perhaps_used:
            waits = throttled_after_any(profile.seconds, requests, agent.max_rpm)
        else:
            before = self.requests.get(agent.name, Range.exactly(0.0))
            waits = throttled(profile.seconds, requests, agent.max_rpm, before)
        return replace(profile, seconds=profile.seconds.moved(waits))

    def _used(self, possible: Sequence[tuple[Agent | None, Range[float]]]) -> None:
        """Keep what a task used of the allowance of its agent, which may be each of ``possible``."""
        limited = {agent.name for agent, _ in possible if agent is not None and agent.max_rpm}
        each = {(agent.name if agent is not None else None, requests) for agent, requests in possible}
        # How much of the allowance is used up decides when the next minute's wait comes: with a range of uses
        # it can come in any task after.
        if len(each) > 1 or any(requests.is_open for _, requests in possible):
            self.perhaps_used |= limited
        for name in limited - self.perhaps_used:
            before = self.requests.get(name, Range.exactly(0.0))
            self.requests[name] = before + possible[0][1]

    def reckoning(self, index: int) -> tuple[TaskEstimate, Sequence[CallRule], Prompt | None]:
        """How the task at ``index`` is estimated, as if all that is not known were as it seems: from what, by
        which rules, opened by which prompt. The answers of the tasks before it have to be known."""
        one = self.possible[0]
        task = one.crew.tasks[index]
        rules, model = one.calls.rules(task), one.calls.model(task)
        estimate = self._estimate(one, task, model, Book(self.facts.assumptions)).for_rules(rules)
        return estimate, rules, one.calls.first_prompt(task)

    def _possible(self, one: PossibleCalls, task: Task, book: Book) -> tuple[TaskProfile, int | None]:
        rules, first = one.calls.rules(task), one.calls.first_prompt(task)
        estimate = self._estimate(one, task, one.calls.model(task), book).for_rules(rules)
        lines = self._lines(estimate, rules)
        # What spans several possibilities has to hold each of them, not most of what may happen.
        sum_of = total_apart if self.most is None else total
        context = one.contexts[task.name]
        profile = _task_profile(one.crew, task, estimate, rules, lines, first, context, sum_of)
        return profile, estimate.limit

    def _lines(self, estimate: TaskEstimate, rules: Sequence[CallRule]) -> tuple[CallLine, ...]:
        """The bill of a task, whatever those before it could answer."""
        lines = estimate.lines(rules)
        if self.most is None:
            return lines
        longest = replace(estimate, lengths=replace(estimate.lengths, answers=self.most))
        # How long an answer is changes no number of calls, so that the lines are the same ones.
        return tuple(map(between, lines, longest.lines(rules)))

    def _estimate(self, one: PossibleCalls, task: Task, llm: Model | None, book: Book) -> TaskEstimate:
        return estimate_task(
            one.crew,
            task,
            answers=self.answers,
            limits=self.limits,
            prompt=one.calls.first_prompt(task) or _NO_PROMPT,
            known=KnownTools(self.facts.tool_result_tokens, self.facts.mcp_definition_tokens),
            result_reader=one.calls.result_reader(),
            llm=llm,
            lookup=self.facts.lookup if one.is_priced else self._stand_in,
            book=book,
        )

    def _stand_in(self, model: Model) -> CatalogueEntry:
        """What is known of a model; one that stands for an unknown one may be as fast as any."""
        entry = self.facts.lookup(model)
        return entry._replace(speed=FASTEST) if model.id in STAND_INS else entry

    def _fed(self, profile: TaskProfile) -> TaskProfile:
        """``profile``, whose input is a lower bound if it receives an answer of which too little is known."""
        open_ended = {
            name
            for gap in self.gaps
            if gap.cause is Cause.TEXT and gap.tasks is not None and len(gap.tasks) == 1
            for name in gap.tasks
        }
        if not open_ended or not any(one.task in open_ended for one in profile.depends_on):
            return profile
        cost = profile.cost_usd
        return replace(
            profile,
            input_tokens=profile.input_tokens.opened(),
            cost_usd=None if cost is None else cost.opened(),
        )

    def overhead(self) -> tuple[tuple[CallLine, ...], Ceiling]:
        """Calls that belong to no task: crew planning writes a plan for every task."""
        crew = self.crew
        rules = self.possible[0].calls.overhead()
        if not rules or not crew.tasks:
            return (), ceiling_of(())
        book = Book(self.facts.assumptions)
        self.books.append(book)
        # Any task would do: of the estimate only what holds for the whole crew is used.
        estimate = self._estimate(self.possible[0], crew.tasks[-1], crew.planning_llm, book)
        estimate = estimate.of_whole_crew(len(crew.tasks))
        lines, ceiling = estimate.lines(rules), ceiling_of(estimate.worst_cases(rules))
        # The plan is about every agent, tool and text of the crew.
        if not any("calls" in gap.of for gap in self.gaps):
            return lines, ceiling
        return tuple(_opened(line) for line in lines), Ceiling(None, None, ceiling.unbounded_because)


def _opened(line: CallLine) -> CallLine:
    return replace(
        line,
        input_tokens=line.input_tokens.opened(),
        output_tokens=line.output_tokens.opened(),
        cost_usd=None if line.cost_usd is None else line.cost_usd.opened(),
        seconds=line.seconds.opened(),
    )


def _task_profile(
    crew: Crew,
    task: Task,
    estimate: TaskEstimate,
    rules: Sequence[CallRule],
    lines: tuple[CallLine, ...],
    first_prompt: Prompt | None,
    context: TaskContext,
    sum_of: Sum,
) -> TaskProfile:
    if task.conditional:
        lines = tuple(line.or_nothing() for line in lines)
    called = total((line.calls for line in lines), 0.0)
    written = sum_of((line.output_tokens for line in lines), 0.0)
    seconds = sum_of((line.seconds for line in lines), 0.0)
    return TaskProfile(
        name=task.name,
        agent=task.agent,
        async_execution=task.async_execution,
        depends_on=tuple(_dependency(name, context.via) for name in dict.fromkeys(context.sources)),
        calls=Amount.of(called, "counted" if called.is_exact else "assumed"),
        input_tokens=sum_of((line.input_tokens for line in lines), 0.0),
        cached_input_tokens=sum_of((line.cached_input_tokens for line in lines), 0.0),
        output_tokens=Amount.of(written, "declared" if _is_declared(lines) else "assumed"),
        cost_usd=cost_of_lines(lines, sum_of=sum_of),
        seconds=Amount.of(seconds, "assumed"),
        answer_tokens=estimate.answer.tokens,
        asked_tokens=estimate.answer.asked,
        first_call=_first_call(crew, task, estimate.first_call(first_prompt or _NO_PROMPT)),
        ceiling=ceiling_of(estimate.worst_cases(rules)),
        lines=lines,
        assumed=estimate.book.used,
    )


@lru_cache(maxsize=4096)
def _dependency(name: str, via: Literal["context", "default"]) -> Dependency:
    """One object for all tasks that wait for a task: by default those are all after it."""
    return Dependency(name, via, certain=True)


def _is_declared(lines: Sequence[CallLine]) -> bool:
    """Whether every answer has the length a limit of the crew gives it."""
    return bool(lines) and all(line.output_tokens.is_exact for line in lines)


def _first_call(crew: Crew, task: Task, counted: FirstCall) -> FirstCall:
    """``counted``, which is not exact while it holds placeholders that get their values at kickoff."""
    agent = agent_of(crew, task)
    texts = [task.description, task.expected_output]
    texts += [agent.role, agent.goal, agent.backstory] if agent is not None else []
    return replace(counted, exact=counted.exact and not placeholders_left(crew, texts))
