"""Whether the prompts of a crew fit into another model's window, as CrewAI reckons with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Model, ModelSource
from crewprof.estimate.window_fit import largest_call
from crewprof.models import crewai_context_window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.estimate.profile import TaskProfile
    from crewprof.rules.subject import Subject

_AMPLE: Final = 2.0
"""Times the expected prompt that has to fit where CrewAI does not know a model: what it assumes is small."""


def has_room(subject: Subject, agents: Sequence[str], model: str) -> bool:
    """Whether the calls of ``agents`` are expected to fit into what CrewAI uses of ``model``'s window.

    Else CrewAI summarises or cuts what the present model is sent whole. Without ``agents`` it is for all
    tasks: those of a manager or a planner.
    """
    tasks: Sequence[TaskProfile] = subject.profile.tasks
    if agents:
        tasks = [task for name in agents for task in subject.profile.tasks_of(name)]
    need = max(map(largest_call, tasks), default=0.0)
    window = crewai_context_window(subject.catalogue(Model(model, ModelSource.DECLARED)).identity)
    return need * (1.0 if window.known else _AMPLE) <= window.usable
