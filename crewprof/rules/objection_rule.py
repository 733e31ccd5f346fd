"""Rules that report what CrewAI refuses, crashes on, ignores or does silently (CP001 and following)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from crewprof.findings import Applicability, Finding, Fix, RemoveEntry, Severity
from crewprof.name_lists import called
from crewprof.rules.key_changes import remove_key, route_of
from crewprof.rules.merging import merged
from crewprof.rules.rule import Rule
from crewprof.semantics.refusals import Kind, Objection, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crewprof.crew.definition import Agent, Crew, Task
    from crewprof.rules.subject import Subject
    from crewprof.source.field import Field


class ObjectionRule(Rule):
    """Reports the objections of one kind: as errors where the crew does not come to its end."""

    kind: ClassVar[Kind]
    of_all: ClassVar[str] = ""
    """What is said of several agents or tasks with the same mistake, ``{whom}`` being their names; without
    it each is told by itself."""

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per objection; of agents or tasks that one line of code makes, one for all."""
        alike: dict[object, list[Finding]] = {}
        for found, one in self.of_objections(subject):
            cause = one.outcome if self.of_all else (one.place, one.key, one.names, one.outcome)
            alike.setdefault(cause, []).append(found)
        for first, *others in alike.values():
            yield merged([first, *others], self._said_of([first, *others])) if others else first

    def _said_of(self, found: Sequence[Finding]) -> str:
        """What is said of several findings at once."""
        if not self.of_all:
            return f"{found[0].message} (and {len(found) - 1} more made by the same line)"
        agents = list(dict.fromkeys(name for one in found for name in one.agents))
        tasks = list(dict.fromkeys(name for one in found for name in one.tasks))
        whom = f"tasks {called(tasks)}" if tasks else f"agents {called(agents)}"
        return self.of_all.format(whom=whom)

    def of_objections(self, subject: Subject) -> Iterator[tuple[Finding, Objection]]:
        """The finding of each objection."""
        for one in subject.objections:
            if one.kind is self.kind:
                found = self.finding(
                    one.place,
                    one.message,
                    tasks=one.tasks,
                    agents=one.agents,
                    fix=self.fix_of(subject, one),
                    severity=self._severity(one),
                )
                yield found, one

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:  # noqa: ARG002
        """The way out, if there is one to name."""
        return None

    def _severity(self, objection: Objection) -> Severity:
        if objection.outcome.stops:
            return Severity.ERROR
        return Severity.INFO if objection.outcome is Outcome.NOTE else self.severity


def owner_of(crew: Crew, objection: Objection) -> Agent | Task | Crew:
    """What the key of ``objection`` belongs to: its (last) task, its agent, or the crew."""
    if objection.key is not None and objection.tasks:
        return crew.task(objection.tasks[-1])
    if objection.key is not None and objection.agents:
        return crew.agent(objection.agents[0])
    return crew


def field_of(crew: Crew, objection: Objection) -> Field | None:
    """The field an objection speaks of."""
    return owner_of(crew, objection).fields.get(objection.key or "")


def removal(
    crew: Crew, objection: Objection, title: str, applicability: Applicability = Applicability.UNSAFE
) -> Fix:
    """Take the key out; shown only where Python decides."""
    change = remove_key(owner_of(crew, objection), objection.key or "")
    if change is None:
        return Fix(Applicability.DISPLAY, title, suggestion=f"leave out {objection.key}=…")
    return Fix(applicability, title, (change,))


def item_removal(crew: Crew, objection: Objection, name: str, title: str) -> Fix | None:
    """Take ``name`` out of the list the objection speaks of."""
    field = field_of(crew, objection)
    if field is None or not isinstance(field.value, list) or name not in field.value:
        return None
    route = route_of(field)
    if route is None:
        return Fix(Applicability.DISPLAY, title, suggestion=f"leave {name} out of {objection.key}")
    change = RemoveEntry(field.place.path, (*route, field.value.index(name)))
    return Fix(Applicability.UNSAFE, title, (change,))


def shown(title: str, suggestion: str) -> Fix:
    """A way out that a person has to write."""
    return Fix(Applicability.DISPLAY, title, suggestion=suggestion)
