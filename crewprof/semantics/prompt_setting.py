"""What the calls of a crew are reckoned with, the same for all its tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from crewprof.crew.definition import Model
    from crewprof.semantics.behavior import Behavior
    from crewprof.semantics.texts import Texts


@dataclass(frozen=True, slots=True)
class PromptSetting:
    """A version of CrewAI with its texts, the day of the kickoff, and which models take tools on the wire."""

    texts: Texts
    behavior: Behavior
    today: date
    calls_functions: Callable[[Model | None], bool]
