"""CP107: texts end in line breaks that are sent with every call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.figures import tokens
from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.rules.amounts import calls_for, calls_of
from crewprof.rules.key_changes import route_of, set_key
from crewprof.rules.rule import Rule
from crewprof.tokens.counting import counting
from crewprof.tokens.encoding import count_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent, Crew, Task
    from crewprof.rules.subject import Subject
    from crewprof.source.field import Field

_WORTH: Final = 0.01
"""Share of the run's input tokens from which on the breaks are worth a word."""
_FEWEST: Final = 10
"""Tokens a run below which they never are."""


class TrailingNewline(Rule):
    """Texts end in line breaks, and CrewAI sends them.

    ## What it does

    YAML's `>` and `|` keep one line break at the end of a text, `>+` and `|+` keep all of them. CrewAI puts
    the text into the prompt as it is, so that a role written with `>` reads `You are Researcher`, a line
    break, `. You note …`. One break mostly joins the token after it and costs nothing; the rule adds up what
    longer ends cost over all calls of a run and speaks up, once per crew, when that is at least 10 tokens
    and 1% of the input. Texts that stand in Python are left as they are set.

    ## Why

    Empty lines at the end of a role, a goal or a description are sent with every call of the agent. They say
    nothing, and they stand in the middle of CrewAI's sentences.

    ## Example

    ```yaml
    role: |+           # before: "Researcher" and three line breaks
      Researcher


    role: |-           # after: "Researcher"
      Researcher
    ```

    ## Fix safety

    Unsafe, strictly speaking: the prompt changes, by line breaks at the end of texts and nothing else.

    ## When to ignore

    When you would rather keep the files as they are.
    """

    code = "CP107"
    name = "trailing-newline"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per crew at most."""
        found: list[tuple[Agent | Task, str, Field]] = []
        wasted = 0.0
        for owner, keys, calls, model in _texts(subject):
            for key in keys:
                given = owner.fields.get(key)
                extra = _extra_tokens(given.value, model) if given is not None else 0
                if given is None or given.place.path in subject.crew.written.names:
                    continue  # how a text of Python ends is how its author sets it
                if calls and extra and route_of(given) is not None:
                    found.append((owner, key, given))
                    wasted += extra * calls
        if wasted >= max(_FEWEST, _WORTH * subject.profile.total.input_tokens.expected):
            yield self._finding(subject.crew, found, wasted)

    def _finding(self, crew: Crew, found: list[tuple[Agent | Task, str, Field]], wasted: float) -> Finding:
        changes = tuple(
            change
            for owner, key, given in found
            if (change := set_key(crew, owner, key, str(given.value).rstrip())) is not None
        )
        return self.finding(
            found[0][2].place,
            f"{len(found)} texts end in line breaks: about {tokens(wasted)} tokens a run",
            fix=Fix(Applicability.UNSAFE, "delete the line breaks at the end of these texts", changes),
        )


def _texts(subject: Subject) -> Iterator[tuple[Agent | Task, tuple[str, ...], float, str]]:
    """Who has texts, under which keys, the calls that send them, and the model they go to."""
    crew, profile = subject.crew, subject.profile
    for agent in crew.agents:
        model = agent.llm.id if agent.llm is not None else None
        yield agent, ("role", "goal", "backstory"), calls_of(profile, agent.name), model or "gpt-4o"
    for task in crew.tasks:
        model = next((line.model for line in profile.task(task.name).lines if line.model), None)
        yield task, ("description", "expected_output"), calls_for(profile, task.name), model or "gpt-4o"


def _extra_tokens(text: object, model: str) -> int:
    """Tokens of the blanks ``text`` ends in; one break alone mostly joins the token after it."""
    if not isinstance(text, str):
        return 0
    blanks = text[len(text.rstrip()) :]
    return count_text(blanks, counting(model).encoding) if len(blanks) > 1 else 0
