"""What a run on the real CrewAI showed, as reports need it."""

from __future__ import annotations

from crewprof.quick_dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """One kickoff: ``predicted_seconds`` is the scaled makespan, ``seconds`` the wall time it took."""

    path: str
    accepted: bool
    finished: bool
    error: str | None
    calls: int
    predicted_seconds: float
    seconds: float
    final_task: str | None


@dataclass(frozen=True, slots=True)
class PromptDifference:
    """A call whose messages differ: ``number`` counts the task's calls from 1; ``diff`` is unified."""

    task: str | None
    number: int
    diff: str


@dataclass(frozen=True, slots=True)
class Verification:
    """A crew before and after, run offline on CrewAI ``crewai_version``.

    ``prompts_must_match``: only safe fixes were applied, so a difference is a failure. ``scale`` is
    what predicted seconds were multiplied by. ``notes`` say what was replaced for the run.
    """

    name: str
    crewai_version: str
    before: Run
    after: Run
    differences: tuple[PromptDifference, ...]
    prompts_must_match: bool
    scale: float
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether CrewAI accepts and runs the second crew as promised."""
        return self.after.accepted and self.after.finished and self.keeps_its_promise

    @property
    def keeps_its_promise(self) -> bool:
        """Safe fixes: every call has the messages it had, and the same task gives the final output.

        A crew that did not run before has no calls to compare with.
        """
        same_end = self.before.final_task == self.after.final_task
        comparable = self.prompts_must_match and self.before.finished
        return not comparable or (same_end and not self.differences)
