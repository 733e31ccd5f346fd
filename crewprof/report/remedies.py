"""What to do about what is not known: an instruction for each cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.estimate.gaps import Cause

if TYPE_CHECKING:
    from collections.abc import Mapping

REMEDIES: Final[Mapping[Cause, str]] = {
    Cause.AGENT: "give the task its agent where crewprof can read it",
    Cause.MODEL: "name the model with --model ID",
    Cause.PRICE: 'give its prices in [tool.crewprof.models."ID"]',
    Cause.TOOLS: "give the size of their results in [tool.crewprof.tool-result-tokens]",
    Cause.TEXT: "write it as text in the project, where it can be",
    Cause.CONTEXT: "list the tasks in `context`",
    Cause.ORDER: "write async_execution: true or false",
    Cause.SETTING: "write the value in the project",
    Cause.TASKS: "list the tasks in Crew(tasks=[…])",
    Cause.AGENTS: "list the agents in Crew(agents=[…])",
    Cause.CREW: "name the crew where the flow starts it",
}
