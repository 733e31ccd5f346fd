"""What each line of a task's bill rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.estimate.answers import Answers
from crewprof.estimate.gaps import gaps_of
from crewprof.estimate.request_text import request_text
from crewprof.estimate.task_profiles import TaskProfiles, possible_calls
from crewprof.quick_dataclasses import dataclass
from crewprof.semantics.prompt import spelled_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crewprof.crew.definition import Crew
    from crewprof.estimate.answer_length import Basis as AnswerBasis
    from crewprof.estimate.facts import CrewCalls, Facts
    from crewprof.estimate.profile import CallLine, Profile, TaskProfile
    from crewprof.estimate.request_text import RequestText
    from crewprof.estimate.task_estimate import TaskEstimate
    from crewprof.quantity import Range
    from crewprof.semantics.call import CallRule, Part, Prompt


@dataclass(frozen=True, slots=True)
class CallReason:
    """A line of the bill with the rule it comes from: ``None`` for calls that were recorded and that no rule
    foresees.

    ``prompt_parts``: expected tokens of one prompt by part. ``answer``: what the length of the answer rests
    on, ``None`` where it is no answer to the task.
    """

    line: CallLine
    rule: CallRule | None
    prompt_parts: Mapping[Part, int]
    answer: AnswerBasis | None


@dataclass(frozen=True, slots=True)
class TaskReasons:
    """Why a task costs what it costs. ``first``: its first request, ``text`` the same word for word; both
    ``None`` where CrewAI refuses to run it. ``calls`` is empty where what it rests on is not known."""

    calls: tuple[CallReason, ...]
    uses: Range[float]
    first: Prompt | None
    text: RequestText | None


def task_reasons(crew: Crew, calls: CrewCalls, facts: Facts, profile: Profile, name: str) -> TaskReasons:
    """The reasons for the numbers of the task called ``name`` in ``profile``, which was made of the rest.

    Raises :class:`KeyError` when there is no such task.
    """
    index = [task.name for task in crew.tasks].index(profile.task(name).name)
    gaps = gaps_of(crew, facts.tool_result_tokens)
    answers = Answers(
        {task.name: one.answer_tokens for task, one in zip(crew.tasks, profile.tasks, strict=True)}
    )
    work = TaskProfiles(crew, facts, gaps, possible_calls(crew, calls, gaps), answers)
    estimate, rules, first = work.reckoning(index)
    task = profile.tasks[index]
    llm = calls.model(crew.tasks[index])
    return TaskReasons(
        calls=tuple(_reasons(task, estimate, estimate.billed(rules))) if task.known else (),
        uses=estimate.uses,
        first=first,
        text=None
        if first is None
        else _text(estimate, spelled_out(crew, first), llm.id if llm is not None else None),
    )


def _reasons(
    task: TaskProfile, estimate: TaskEstimate, billed: Sequence[tuple[CallRule, CallLine]]
) -> Iterator[CallReason]:
    """Each line of the report with its rule: the next of its kind, for the same agent if there is one.

    Lines of recorded calls stand in another order, and there may be others than are foreseen.
    """
    left = [rule for rule, _ in billed]
    for line in task.lines:
        alike = [rule for rule in left if rule.kind.value == line.kind]
        rule = next((one for one in alike if one.agent == line.agent), alike[0] if alike else None)
        if rule is None:
            yield CallReason(line, None, {}, None)
            continue
        left.remove(rule)
        yield CallReason(line, rule, estimate.prompt_parts(rule), estimate.answer_basis(rule))


def _text(estimate: TaskEstimate, prompt: Prompt, model: str | None) -> RequestText:
    return request_text(prompt, model, estimate.lengths.in_first_prompt)
