"""CP501: nothing but the model's own limit ends an answer."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeAlias

from crewprof.crew.definition import Crew, Process
from crewprof.figures import money
from crewprof.findings import Finding, Severity
from crewprof.language.content import orders
from crewprof.language.detection import language_of
from crewprof.language.meanings import Form
from crewprof.language.request import read_request
from crewprof.language.sentences import sentences
from crewprof.models import default_max_tokens
from crewprof.name_lists import named
from crewprof.plan.side_effects import hands_over_text
from crewprof.quick_dataclasses import replace
from crewprof.rules.cp303_retired_model import is_leaving
from crewprof.rules.merging import merged
from crewprof.rules.model_changes import cap_answers
from crewprof.rules.rule import Rule
from crewprof.rules.worst_case import worst_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.crew.definition import Agent, Model, Task
    from crewprof.models import CatalogueEntry
    from crewprof.rules.subject import Subject

HEADROOM = 2.0
"""Times the high estimate of the longest answer a cap is set at: one answer in ten is longer than the
high estimate, and an answer that is cut is worth nothing."""
LEAST_CAP = 1_000
"""Tokens a cap has at least: less saves nothing and cuts tool calls short."""
STEP = 500
FAR = 3
"""Times the cap the model's own limit must be at least: else the cap gains little."""
WORTH = Decimal("0.10")
"""USD of one runaway answer from which a cap is worth a word by itself, without a worst case of the run."""

_OF_ANY_LENGTH: Final = frozenset({Form.LIST, Form.CODE, Form.JSON})
"""Kinds of text that are as long as what they hold."""

_Longest: TypeAlias = "tuple[CatalogueEntry, int]"


class NoAnswerLimit(Rule):
    """An agent's model has no `max_tokens`: only the model's own limit ends an answer that runs away.

    ## What it does

    Suggests a cap where it acts, well above need: twice the high estimate of the longest answer of the
    agent's tasks, rounded up to 500, at least 1,000. There is none where a text of unknown length is to be
    translated, converted or corrected, for code and lists of whatever is found, and where a tool is handed
    whole texts. Models that think before they answer (o-series, gpt-5) are left alone, as their cap includes
    the thinking; so are those whose own limit is not three times the cap, and those that are to be retired
    (CP303). Says nothing where it is about cents: the worst case of the run has to be ten dollars and a
    hundred times the expected cost, or one runaway answer ten cents and as much as a run.

    ## Why

    `max_tokens` on the agent does nothing; CrewAI passes on only the cap of the LLM. An answer that loops
    then runs to the model's limit, 16,384 to 128,000 tokens, ten to a hundred times what the task needs.

    ## Example

    ```yaml
    writer:
      llm: openai/gpt-4o      # before
      llm:                    # after
        model: openai/gpt-4o
        max_tokens: 2500
    ```

    In a @CrewBase project write `LLM(model="openai/gpt-4o", max_tokens=2500)` in Python: a mapping in
    `agents.yaml` crashes.

    ## Fix safety

    Unsafe: an answer longer than the cap is cut off.

    ## When to ignore

    When answers may be of any length.
    """

    code = "CP501"
    name = "no-answer-limit"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding for all agents that have a task, the manager of a hierarchical crew included."""
        found = list(self._uncapped(subject))
        worst = worst_case(subject)
        if not found or (worst is None and not self._is_costly(subject, found)):
            return
        message = found[0].message
        if len(found) > 1:
            who = [one.agents[0] if one.agents else "the manager" for one in found]
            message = (
                f"{len(found)} agents have no max_tokens ({named(who)}): "
                f"{_runaway(_longest(subject, found))}; each cap is twice the longest expected answer"
            )
        message += f"; {worst}" if worst is not None else ""
        if len(found) == 1:
            yield replace(found[0], message=message)
        else:
            yield merged(found, message, f"set `max_tokens` for {len(found)} agents")

    def _is_costly(self, subject: Subject, found: Sequence[Finding]) -> bool:
        """Whether one runaway answer costs as much as a run, and not just cents."""
        longest = _longest(subject, found)
        cost = longest[0].prices.cost(0, longest[1]) if longest is not None else None
        total = subject.profile.total.cost_usd
        return cost is not None and cost >= max(WORTH, total.expected if total is not None else WORTH)

    def _uncapped(self, subject: Subject) -> Iterator[Finding]:
        crew = subject.crew
        # A limit fits the longest of an agent's answers: all of them must be known.
        for agent in subject.workers if crew.work_known else ():
            tasks = tuple(task.name for task in crew.tasks_of(agent.name))
            yield from self._unless_capped(subject, agent, "llm", agent.llm, tasks)
        if crew.process is not Process.HIERARCHICAL:
            return
        tasks = tuple(task.name for task in crew.tasks)
        if crew.manager_agent is not None:
            yield from self._unless_capped(subject, crew.manager_agent, "llm", crew.manager_agent.llm, tasks)
        elif "manager_llm" in crew.fields:
            yield from self._unless_capped(subject, crew, "manager_llm", crew.manager_llm, tasks)

    def _unless_capped(
        self, subject: Subject, owner: Agent | Crew, key: str, model: Model | None, tasks: tuple[str, ...]
    ) -> Iterator[Finding]:
        if model is None or model.id is None or model.max_tokens is not None or not tasks:
            return
        if is_leaving(subject, model):
            return
        entry = subject.catalogue(model)
        if entry.speed.name == "reasoning":
            return
        answer = _longest_answer(subject, tasks)
        if answer is None:
            return
        cap = cap_for(answer)
        longest = _limit_of(entry)
        if longest is not None and longest[1] < FAR * cap:
            return
        whose = "the manager" if isinstance(owner, Crew) else f"agent '{owner.name}'"
        yield self.finding(
            owner.place_of(key),
            f"{whose} has no max_tokens: {_runaway(_limit_of(entry))}; "
            f"{cap:,} is twice the longest expected answer",
            agents=() if isinstance(owner, Crew) else (owner.name,),
            tasks=tasks,
            fix=cap_answers(subject.crew, owner, key, model, cap),
        )


def _longest_answer(subject: Subject, tasks: tuple[str, ...]) -> float | None:
    """Tokens of the longest of these answers; ``None`` where one is as long as a text that is not known."""
    longest = 0.0
    for name in tasks:
        longest = max(longest, subject.profile.task(name).answer_tokens.high)
        task = subject.crew.task(name)
        agent = subject.crew.worker(task.agent)
        tools = (*task.tools, *(agent.tools if agent is not None else ()))
        # A cap ends calls of tools too, and what they are given counts.
        if _is_of_any_length(task) or any(map(hands_over_text, tools)):
            return None
        if _is_as_long_as_its_input(task):
            made_of = [subject.profile.task(one).answer_tokens.high for one in subject.contexts[name].sources]
            if not made_of:
                return None
            longest = max(longest, *made_of)
    return longest


def _is_of_any_length(task: Task) -> bool:
    """Whether an answer lists what is found, however much that is, or is code: no text says how long."""
    texts = (task.expected_output, task.description)
    language = language_of(*texts)
    requests = [read_request(text, language) for text in texts]
    if any(request.counts for request in requests) or task.output_pydantic or task.output_json:
        return False
    return requests[0].form in _OF_ANY_LENGTH or requests[0].is_array


def _is_as_long_as_its_input(task: Task) -> bool:
    """Whether a task is to translate, convert or correct a text, whose length then is that of the answer."""
    text = task.description or ""
    language = language_of(text, task.expected_output)
    return any(orders(one.text, language, "keeps_length") for one in sentences(text))


def _longest(subject: Subject, found: Sequence[Finding]) -> _Longest | None:
    """The longest answer of the agent that can spend most on one."""
    crew = subject.crew
    owners = [crew.agent(name) for one in found for name in one.agents]
    models = [one.llm for one in owners] + [crew.manager_llm if len(owners) < len(found) else None]
    limits = (_limit_of(subject.catalogue(model)) for model in models if model is not None)
    known = [limit for limit in limits if limit is not None]
    return max(known, key=lambda one: one[0].prices.cost(0, one[1]) or 0, default=None)


def _limit_of(entry: CatalogueEntry) -> _Longest | None:
    """The model, and the tokens of the longest answer it gives by itself; ``None`` if that is not known."""
    limit = default_max_tokens(entry) or entry.max_output_tokens
    return None if limit is None else (entry, limit)


def _runaway(longest: _Longest | None) -> str:
    """What such an answer takes."""
    if longest is None:
        return "only the model ends a runaway answer"
    entry, limit = longest
    cost = entry.prices.cost(0, limit)
    return f"one runaway answer can reach {limit:,} tokens" + (f" ({money(cost)})" if cost else "")


def cap_for(longest_answer: float) -> int:
    """Tokens that leave every answer its room."""
    return max(LEAST_CAP, math.ceil(longest_answer * HEADROOM / STEP) * STEP)
