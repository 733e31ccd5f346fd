"""Two analyses of the same project compared: what changed, what it costs, and which keys are to blame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from crewprof.analysis.blame import Blame
from crewprof.analysis.pairing import new_and_gone, pair_crews, pair_tasks
from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.analysis.result import Analysis, AnalysisRun, BrokenBudget
    from crewprof.analysis.sums import FlowTotal
    from crewprof.estimate.profile import TaskProfile
    from crewprof.findings import Finding

Status: TypeAlias = Literal["added", "removed", "changed", "same"]


@dataclass(frozen=True, slots=True)
class TaskChange:
    """One task before and after; ``None`` where it is not there.

    ``because``: the keys that changed, of the task (``description``), of its agent (``agent.llm``), of the
    crew (``crew.memory``), of another task whose output it gets (``research.expected_output``).
    """

    before: TaskProfile | None
    after: TaskProfile | None
    because: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is called, after if it is still there."""
        shown = self.after or self.before
        assert shown is not None
        return shown.name

    @property
    def renamed_from(self) -> str | None:
        """What it was called, if that differs."""
        was = None if self.before is None or self.after is None else self.before.name
        return None if was == self.name else was

    @property
    def status(self) -> Status:
        """``changed``: a key or a number is another one."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "removed"
        is_same = not self.because and self.renamed_from is None and not self.has_other_numbers
        return "same" if is_same else "changed"

    @property
    def has_other_numbers(self) -> bool:
        """Whether it costs, takes or sends anything else than before."""
        old, new = self.before, self.after
        return old is None or new is None or _numbers(old) != _numbers(new)


def _numbers(task: TaskProfile) -> tuple[object, ...]:
    return (
        task.calls,
        task.input_tokens,
        task.cached_input_tokens,
        task.output_tokens,
        task.cost_usd,
        task.seconds,
        task.ceiling,
        task.first_call,
        task.known,
    )


@dataclass(frozen=True, slots=True)
class CrewChange:
    """One crew before and after; ``None`` where it is not there.

    ``because``: keys of the crew that changed (``memory``), of its agents (``agents.writer.llm``), and
    ``crewai`` where its version did. ``new`` and ``gone``: findings that are only after, only before.
    """

    before: Analysis | None
    after: Analysis | None
    tasks: tuple[TaskChange, ...] = ()
    because: tuple[str, ...] = ()
    new: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()

    @property
    def shown(self) -> Analysis:
        """The crew as it is now, or as it was last."""
        shown = self.after or self.before
        assert shown is not None
        return shown

    @property
    def renamed_from(self) -> tuple[str, str] | None:
        """Name and path before, if either differs."""
        if self.before is None or self.after is None:
            return None
        was = self.before.crew.name, self.before.crew.path
        return None if was == (self.after.crew.name, self.after.crew.path) else was

    @property
    def newly_broken(self) -> tuple[BrokenBudget, ...]:
        """The budgets that are broken and were not, by what changed in the crew."""
        if self.after is None or self.status == "same":
            return ()
        was = set() if self.before is None else {one.name for one in self.before.broken_budgets}
        return tuple(one for one in self.after.broken_budgets if one.name not in was)

    @property
    def status(self) -> Status:
        """``changed``: a key, a number, a finding or its place is another one."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "removed"
        differs = (
            self.because
            or self.new
            or self.gone
            or self.renamed_from
            or self.before.profile.total != self.after.profile.total
            or self.before.profile.overhead != self.after.profile.overhead
            or any(one.status != "same" for one in self.tasks)
        )
        return "changed" if differs else "same"


@dataclass(frozen=True, slots=True)
class FlowChange:
    """One flow before and after; ``None`` where it is not there."""

    before: FlowTotal | None
    after: FlowTotal | None

    @property
    def shown(self) -> FlowTotal:
        """The flow as it is now, or as it was last."""
        shown = self.after or self.before
        assert shown is not None
        return shown

    @property
    def status(self) -> Status:
        """``changed``: it takes something else than before."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "removed"
        return "same" if self.before.sums == self.after.sums else "changed"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs of crewprof over the same project. ``settings``: keys of the configuration that differ."""

    before: AnalysisRun
    after: AnalysisRun
    crews: tuple[CrewChange, ...]
    flows: tuple[FlowChange, ...] = ()
    settings: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether nothing changed that costs, takes time, or is found."""
        statuses = [*(one.status for one in self.crews), *(one.status for one in self.flows)]
        return all(one == "same" for one in statuses)


def compare(
    before: AnalysisRun,
    after: AnalysisRun,
    renames: Mapping[str, str],
    settings: Sequence[str] = (),
) -> Comparison:
    """Compare two runs. ``renames``: old path to new path of files that moved."""
    pairs = pair_crews(before.analyses, after.analyses, renames)
    crews = tuple(compare_crews(old, new, settings) for old, new in pairs)
    return Comparison(before, after, crews, _flows(before, after, renames), tuple(settings))


def compare_crews(
    before: Analysis | None, after: Analysis | None, settings: Sequence[str] = ()
) -> CrewChange:
    """Compare two analyses of one crew, at least one of which is there."""
    if before is None:
        assert after is not None
        tasks = tuple(TaskChange(None, one) for one in after.profile.tasks)
        return CrewChange(None, after, tasks, new=after.findings)
    if after is None:
        tasks = tuple(TaskChange(one, None) for one in before.profile.tasks)
        return CrewChange(before, None, tasks, gone=before.findings)
    pairs = pair_tasks(before.crew.tasks, after.crew.tasks)
    blame = Blame(before, after, pairs, settings)
    old_lines, new_lines = _profiles(before), _profiles(after)
    changes = []
    for old, new in pairs:
        was = None if old is None else old_lines[id(old)]
        now = None if new is None else new_lines[id(new)]
        change = TaskChange(was, now)
        if old is not None and new is not None:
            because = blame.of_task(old, new, has_other_numbers=change.has_other_numbers)
            change = TaskChange(was, now, because)
        changes.append(change)
    names = {old.name: new.name for old, new in pairs if old is not None and new is not None}
    new_findings, gone_findings = new_and_gone(before.findings, after.findings, names)
    return CrewChange(before, after, tuple(changes), blame.of_crew(), new_findings, gone_findings)


def _profiles(analysis: Analysis) -> dict[int, TaskProfile]:
    """The profile of each task, which stand in the same order."""
    pairs = zip(analysis.crew.tasks, analysis.profile.tasks, strict=True)
    return {id(task): line for task, line in pairs}


def _flows(before: AnalysisRun, after: AnalysisRun, renames: Mapping[str, str]) -> tuple[FlowChange, ...]:
    def place(one: FlowTotal, renames: Mapping[str, str]) -> tuple[str, str]:
        return renames.get(one.flow.path, one.flow.path), one.flow.name

    old = {place(one, renames): one for one in before.flows}
    new = {place(one, {}): one for one in after.flows}
    return tuple(FlowChange(old.get(key), new.get(key)) for key in dict.fromkeys([*new, *old]))
