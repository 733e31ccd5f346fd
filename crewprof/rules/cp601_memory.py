"""CP601: what memory adds to a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.language.content import speaks_of
from crewprof.language.detection import language_of
from crewprof.name_lists import named
from crewprof.rules.feature_cost import feature_cost
from crewprof.rules.key_changes import meant, set_key
from crewprof.rules.model_places import is_without_openai
from crewprof.rules.rule import Rule
from crewprof.semantics.call import CallKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.crew.definition import Agent, Crew
    from crewprof.rules.feature_cost import FeatureCost
    from crewprof.rules.subject import Subject


_SET_UP: Final = (
    "embedder",
    "memory_config",
    "short_term_memory",
    "long_term_memory",
    "entity_memory",
    "external_memory",
    "user_memory",
)
"""Keys that only who wants memory writes."""


class Memory(Rule):
    """Memory makes calls of its own around every task.

    ## What it does

    Says how many calls and dollars `memory: true` adds to this crew: the analysis of long descriptions
    before a task, what is extracted and filed after it. Says too where its embedder, OpenAI's unless
    `embedder` names another, needs a key that no agent needs.

    ## Why

    Before a task CrewAI searches its memory; with a description of 200 characters or more a model analyses
    the query first. After the task a model reads description and answer, extracts statements, and files each
    of them with another call. Besides, every agent gets the tools `search_memory` and `save_to_memory`, so
    that agents without tools of their own are prompted as tool users. Within one run the outputs of earlier
    tasks are passed on as context anyway: memory pays when runs are to learn from earlier runs.

    ## Example

    ```yaml
    memory: true     # before
    memory: false    # after: tasks still get the outputs of the tasks before them
    ```

    ## Fix safety

    Unsafe: nothing is remembered from one run to the next. Shown only where that seems to be wanted: where
    memory was set up (`embedder`, an object), code runs the crew again and again, or a text speaks of
    remembering.

    ## When to ignore

    When the crew is run again and again on related matters and should remember.
    """

    code = "CP601"
    name = "memory"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding for the memory of the crew and of its agents."""
        crew = subject.crew
        lines = subject.profile.lines
        added = feature_cost(subject.profile, lines, CallKind.MEMORY_RECALL, CallKind.MEMORY_SAVE)
        if not added.calls:
            return
        agents = [agent for agent in subject.workers if agent.memory]
        names = tuple(agent.name for agent in agents)
        owners: list[Crew | Agent] = [*([crew] if crew.memory else []), *agents]
        if not owners:
            return
        whose = "" if crew.memory else f" of {named(names)}"
        yield self.finding(
            owners[0].place_of("memory"),
            _said(subject, f"memory{whose} adds", added),
            agents=() if crew.memory else names,
            severity=Severity.WARNING if _needs_another_key(subject) else added.severity,
            fix=_off(subject, owners),
        )


def _off(subject: Subject, owners: Sequence[Crew | Agent]) -> Fix:
    """Memory off wherever it is on: an agent's own stays when the crew's goes."""
    crew = subject.crew
    title = "set `memory: false`"
    if owners[0] is not crew:
        title += " on these agents"
    elif len(owners) > 1:
        title += " on the crew and its agents"
    title += "; a run then knows nothing of earlier runs"
    off = tuple(one for owner in owners for one in meant(owner, "memory", value=False))
    if _is_on_purpose(subject, owners):
        return Fix(Applicability.DISPLAY, title, suggestion="memory: false", meant=off)
    changes = [set_key(crew, owner, "memory", value=False) for owner in owners]
    possible = tuple(change for change in changes if change is not None)
    if len(possible) < len(owners):
        return Fix(Applicability.DISPLAY, title, suggestion="memory=False", meant=off)
    return Fix(Applicability.UNSAFE, title, possible)


def _is_on_purpose(subject: Subject, owners: Sequence[Crew | Agent]) -> bool:
    """Whether something shows that runs are to remember each other.

    It was set up with more than a yes, the code runs the crew again and again, or a text speaks of it.
    """
    crew = subject.crew
    every: list[Crew | Agent] = [crew, *crew.agents]
    if any(key in owner.fields for owner in every for key in _SET_UP):
        return True
    if any(
        not isinstance(owner.fields["memory"].value, bool) for owner in owners if "memory" in owner.fields
    ):
        return True
    again = crew.kickoffs.is_open or crew.kickoffs.high > 1 or crew.chat_llm is not None
    texts = [f"{agent.goal or ''}\n{agent.backstory or ''}" for agent in subject.workers]
    texts += [f"{task.description or ''}\n{task.expected_output or ''}" for task in crew.tasks]
    return again or any(speaks_of(text, language_of(text), "remembers") for text in texts)


def _said(subject: Subject, what: str, added: FeatureCost) -> str:
    within = "; tasks receive earlier outputs without memory, too" if len(subject.crew.tasks) > 1 else ""
    key = "; its embedder needs an OPENAI_API_KEY, which no agent does" if _needs_another_key(subject) else ""
    return f"{what} {added}, and two tools to every prompt{key}{within}"


def _needs_another_key(subject: Subject) -> bool:
    """Whether memory asks OpenAI for embeddings, as by default, and no agent asks it for anything."""
    crew = subject.crew
    fields = [crew.fields, *(agent.fields for agent in subject.workers)]
    is_chosen = any("embedder" in given for given in fields)
    # An object of Python may bring an embedder of its own.
    is_plain = all(isinstance(given["memory"].value, bool) for given in fields if "memory" in given)
    return is_plain and not is_chosen and is_without_openai(subject)
