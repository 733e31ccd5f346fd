"""CP601: what memory adds to a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Fix, Severity
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

    Unsafe: nothing is remembered from one run to the next.

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
            fix=_off(crew, owners),
        )


def _off(crew: Crew, owners: Sequence[Crew | Agent]) -> Fix:
    """Memory off wherever it is on: an agent's own stays when the crew's goes."""
    title = "set `memory: false`"
    if owners[0] is not crew:
        title += " on these agents"
    elif len(owners) > 1:
        title += " on the crew and its agents"
    changes = [set_key(crew, owner, "memory", value=False) for owner in owners]
    possible = tuple(change for change in changes if change is not None)
    if len(possible) < len(owners):
        off = tuple(one for owner in owners for one in meant(owner, "memory", value=False))
        return Fix(Applicability.DISPLAY, title, suggestion="memory=False", meant=off)
    return Fix(Applicability.UNSAFE, title, possible)


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
