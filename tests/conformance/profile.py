"""How many examples the suites run, and which runs are no fair comparison."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, Phase, settings

from crewprof.crew.definition import Process

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew
    from tests.conformance.running import Outcome

EXAMPLES: Final = int(os.environ.get("CREWPROF_CONFORMANCE_EXAMPLES", "12"))
"""Examples of each test; ``make conformance`` runs many more, of other crews each time."""

conformance = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each step of shrinking would run crews again
    derandomize="CREWPROF_CONFORMANCE_EXAMPLES" not in os.environ,
)


def crashes(crew: Crew, outcome: Outcome, index: int) -> bool:
    """Whether another task of the same run has the same agent: their prompts mix before CrewAI crashes."""
    run = next(group for group in outcome.groups if index in group)
    agents = ["manager" if crew.process is Process.HIERARCHICAL else crew.tasks[one].agent for one in run]
    return len(set(agents)) < len(agents)
