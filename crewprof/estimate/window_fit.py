"""How large the largest call of a task is expected to get."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crewprof.estimate.profile import TaskProfile


def largest_call(task: TaskProfile) -> float:
    """Tokens of the prompt of the largest call: the first, or the last turn of a loop."""
    sizes = [float(task.first_call.least_tokens)]
    for line in task.lines:
        if line.kind == "loop" and line.calls.expected >= 1:
            # Everything is sent again each turn, so the last call is about twice the average one.
            average = line.input_tokens.expected / line.calls.expected
            sizes.append(2 * average - task.first_call.least_tokens)
    return max(sizes)
