"""CP505: an answer that is asked for is longer than any the model may give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Process
from crewprof.estimate.ceiling import answer_limit
from crewprof.figures import tokens
from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.rules.cp303_retired_model import is_leaving
from crewprof.rules.cp501_no_answer_limit import cap_for
from crewprof.rules.model_changes import cap_answers
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent, Model, Task
    from crewprof.rules.subject import Subject

_FAR: Final = 2.0
"""Times the limit from which on an expected answer surely meets it; so does one whose least length does."""


class AnswerIsCut(Rule):
    """A task asks for a longer answer than its model may give, so the answer ends in the middle.

    ## What it does

    Compares the length of answer a task's texts ask for with what ends it: `max_tokens` of the LLM, else the
    longest answer of the model. Reports the task where even a short answer of that kind is longer, or the
    expected one twice as long. Crews with a manager, which writes the answers there, and models that are to
    be retired are left alone.

    ## Why

    The model does not know the limit. It writes until it is cut off: the report ends in the middle of a
    sentence, JSON cannot be read, and later tasks work on half of it. All of it is paid for.

    ## Example

    ```yaml
    llm: {model: openai/gpt-4o, max_tokens: 500}     # before: for an essay of 2,000 words
    llm: {model: openai/gpt-4o, max_tokens: 7000}    # after
    ```

    ## Fix safety

    Unsafe: answers are whole, longer and cost more. Where the model itself writes no longer answers, the task
    has to be split, or ask for less: shown only.

    ## When to ignore

    When the limit is meant to cut.
    """

    code = "CP505"
    name = "answer-is-cut"
    severity = Severity.WARNING
    several = "{tasks} ask for longer answers than the model may give"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per task."""
        crew = subject.crew
        if crew.process is Process.HIERARCHICAL:
            return
        for task in crew.tasks:
            agent = crew.worker(task.agent)
            if agent is None or agent.llm is None or agent.llm.id is None or is_leaving(subject, agent.llm):
                continue
            limit = answer_limit(agent.llm.max_tokens, subject.catalogue(agent.llm))
            asked = subject.profile.task(task.name).asked_tokens
            if limit and (asked.low > limit or asked.expected >= _FAR * limit):
                yield self._finding(subject, task, agent, agent.llm, limit)

    def _finding(self, subject: Subject, task: Task, agent: Agent, model: Model, limit: int) -> Finding:
        names = [one.name for one in subject.crew.tasks_of(agent.name)]
        longest = subject.catalogue(model).max_output_tokens
        cap = cap_for(max(subject.profile.task(name).asked_tokens.high for name in names))
        is_of_the_model = longest is not None and longest <= limit
        asked = subject.profile.task(task.name).asked_tokens.expected
        is_set = model.max_tokens is not None
        cuts = f"`max_tokens: {limit}` cuts it off" if is_set else f"{model.id} stops after {limit:,}"
        return self.finding(
            task.place_of("expected_output"),
            f"task '{task.name}' asks for an answer of about {tokens(asked)} tokens, but {cuts}",
            tasks=(task.name,),
            agents=(agent.name,),
            fix=Fix(Applicability.DISPLAY, "split the task, or ask for a shorter answer")
            if is_of_the_model
            else cap_answers(subject.crew, agent, "llm", model, min(cap, longest or cap)),
        )
