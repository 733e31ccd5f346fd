"""CP604: what a guardrail in words adds to its task."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.language.normalising import plain
from crewprof.rules.feature_cost import feature_cost
from crewprof.rules.rule import Rule
from crewprof.semantics.call import CallKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.rules.subject import Subject

_COUNTABLE: Final = (
    r"\b(?:no more than|at most|at least|fewer than|less than|more than|under|up to|exactly|maximum|minimum"
    r"|max|min)\b.{0,30}?\d"
    r"|\d+ (?:words|characters|items|sentences|lines|bullets?|entries|palabras|palavras|mots|worter|parole)"
    r"|\bvalid (?:json|yaml|xml|markdown|html)\b|\b(?:json|yaml|xml|markdown|html) (?:valid\w*)\b"
    r"|\bnot (?:be )?empty\b|\b(?:starts?|begins?|ends?) with\b|\bmust contain\b"
    r"|\bno (?:emojis?|links?|urls?|markdown|html)\b"
)
"""What a few lines of Python can check, in texts without accents."""
_DEMANDS: Final = r"[.;!]\s+(?!\d)|\n|,\s+|\s(?:and|but|while|without|y|e|et|und)\s"
"""Where one demand ends and the next begins."""


class LlmGuardrail(Rule):
    """A guardrail written in words is checked by a model, with a call for every attempt.

    ## What it does

    Says what the guardrails in words of a task cost: the calls that judge the answer and the runs of the
    task that are expected to be made again. Where all that is asked can be counted (words, items, valid
    JSON, a word that must be there) it is a warning, because a function checks that for nothing, and
    without mistakes.

    ## Why

    CrewAI sends the whole answer to a "Guardrail Agent" on the task's model. When that refuses, the task is
    run again, tools and all, and judged again, up to three times: eight calls instead of one. The run
    after a refusal gets the refusal in place of its context, so it no longer sees the outputs of other tasks.

    ## Example

    ```yaml
    guardrail: The text has at most 200 words.       # before: one more call for every attempt
    guardrail: {python: checks.at_most_200_words}    # after: def at_most_200_words(output): …
    ```

    ## Fix safety

    Shown only: the function has to be written by you. It takes the output and returns
    `(True, output.raw)` or `(False, "what is wrong")`.

    ## When to ignore

    When what is to be checked takes judgement.
    """

    code = "CP604"
    name = "llm-guardrail"
    severity = Severity.INFO
    several = "{tasks} let a model check their guardrail"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per task with guardrails in words."""
        for task in subject.crew.tasks:
            written = [one for one in task.guardrails if one.text is not None]
            lines = subject.profile.task(task.name).lines
            added = feature_cost(subject.profile, lines, CallKind.GUARDRAIL)
            if not written or not added.calls:
                continue
            countable = all(_is_countable(one.text or "") for one in written)
            how = (
                "a Python function can check it for free"
                if countable
                else "each rejection runs the task again"
            )
            yield self.finding(
                written[0].place,
                f"task '{task.name}': a model checks its guardrail, {added}; {how}",
                tasks=(task.name,),
                agents=(task.agent,) if task.agent is not None else (),
                severity=Severity.WARNING if countable else Severity.INFO,
                fix=Fix(
                    Applicability.DISPLAY,
                    "check the answer with a Python function",
                    suggestion=f"guardrail: {{python: checks.{task.name}_is_good}}",
                )
                if countable
                else None,
            )


def _is_countable(text: str) -> bool:
    """Whether all that a guardrail asks for can be counted, not only one of its demands."""
    demands = [one for one in re.split(_DEMANDS, plain(text)) if one.strip(" .")]
    return all(re.search(_COUNTABLE, one) for one in demands)
