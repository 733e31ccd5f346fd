"""CP108: a value that changes from run to run stands before a long text that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.figures import money
from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.quick_dataclasses import dataclass
from crewprof.rules.amounts import calls_for
from crewprof.rules.rule import Rule
from crewprof.rules.text_places import place_in
from crewprof.semantics.interpolation import PLACEHOLDER
from crewprof.tokens.counting import counting
from crewprof.tokens.encoding import count_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from crewprof.crew.definition import Agent, Task
    from crewprof.models import CatalogueEntry
    from crewprof.rules.subject import Subject
    from crewprof.source.field import Field

_ORDER = ("role", "backstory", "goal", "description", "expected_output")
"""The texts in the order CrewAI sends them (``slices.role_playing``, then the task)."""


@dataclass(frozen=True, slots=True)
class _Break:
    """The first placeholder of a prompt: where it stands, and the tokens that never change.

    ``before``: those in front of it; ``constant``: all of them.
    """

    owner: Agent | Task
    key: str
    given: Field
    name: str
    before: int
    constant: int


class PromptCacheBreaker(Rule):
    """A placeholder stands so early in a long prompt that no later run can use the provider's prompt cache.

    ## What it does

    Lays the texts of an agent and its task out as CrewAI sends them: role, backstory, goal, description,
    expected output. It reports a placeholder with less text before it than the provider caches, when the
    texts without placeholders are longer than that: put in front, they would be cached.

    ## Why

    Providers charge a tenth to a half for the beginning of a prompt that equals one they saw minutes ago,
    from 1,024 tokens on with OpenAI, 1,024 to 4,096 with Anthropic. The first token that differs ends it. A
    `{customer}` in the role, the first words of the prompt, makes every run pay for all of a 3,000 token
    backstory; at the end of the description it would leave the backstory to the cache.

    ## Example

    ```yaml
    role: Support Agent for {customer}       # before
    role: Support Agent                      # after, with "The customer is {customer}." ending the task
    ```

    ## Fix safety

    Shown only: how to say it elsewhere is for you to write.

    ## When to ignore

    When the crew runs so seldom that the provider has forgotten the last run: five to ten minutes.
    """

    code = "CP108"
    name = "prompt-cache-breaker"
    severity = Severity.INFO
    several = "{tasks} change their prompt too early for the provider's cache"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per task whose prompt could be cached from run to run."""
        crew = subject.crew
        for task in crew.tasks:
            agent = crew.worker(task.agent)
            if agent is None or agent.llm is None or not calls_for(subject.profile, task.name):
                continue
            entry = subject.catalogue(agent.llm)
            if entry.caching is None or not entry.caching.automatic:
                continue
            found = _first_break(agent, task, agent.llm.id or "gpt-4o")
            # Only where moving it makes the difference: the beginning is too short to be cached, and all that
            # stays the same is long enough.
            if found is not None and found.before < entry.caching.minimum_tokens <= found.constant:
                yield self._finding(subject, task, agent, found, entry)

    def _finding(
        self, subject: Subject, task: Task, agent: Agent, found: _Break, entry: CatalogueEntry
    ) -> Finding:
        minimum = entry.caching.minimum_tokens if entry.caching is not None else 0
        saved = _saved(entry, found.constant)
        return self.finding(
            place_in(subject.crew, found.given, f"{{{found.name}}}"),
            f"task '{task.name}': {{{found.name}}} in the {found.key.replace('_', ' ')} changes the prompt "
            f"after {found.before} tokens, too early for {entry.provider}'s cache (from {minimum:,} on); at "
            f"the end it would save {money(saved)} in every later run",
            tasks=(task.name,),
            agents=(agent.name,),
            fix=Fix(
                Applicability.DISPLAY,
                f"move {{{found.name}}} to the end of the description",
            ),
        )


def _saved(entry: CatalogueEntry, tokens: int) -> Decimal | None:
    # Without a request: a fee beside the tokens is paid either way.
    whole = entry.prices.cost(tokens, 0, 0, 0, requests=0)
    cached = entry.prices.cost(tokens, 0, tokens, 0, requests=0)
    return None if whole is None or cached is None else whole - cached


def _first_break(agent: Agent, task: Task, model: str) -> _Break | None:
    encoding = counting(model).encoding
    found: tuple[Agent | Task, str, Field, str, int] | None = None
    constant = 0
    for key in _ORDER:
        owner = agent if key in ("role", "backstory", "goal") else task
        given = owner.fields.get(key)
        if given is None or not isinstance(given.value, str):
            continue
        first = PLACEHOLDER.search(given.value)
        if first is not None and found is None:
            before = constant + count_text(given.value[: first.start()], encoding)
            found = (owner, key, given, first[1], before)
        constant += count_text(PLACEHOLDER.sub("", given.value), encoding)
    return _Break(*found, constant) if found is not None else None
