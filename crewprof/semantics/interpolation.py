"""Putting a kickoff's inputs into the texts of agents and tasks, as CrewAI does.

Source: ``interpolate_only`` (crewai/utilities/string_utils.py); ``Crew._interpolate_inputs`` does nothing
when there are no inputs, so placeholders then stay as text. A manager agent is not interpolated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.late_patterns import late_pattern
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACEHOLDER: Final = late_pattern(r"\{([A-Za-z_][A-Za-z0-9_\-]*)}")
"""What CrewAI takes for a placeholder."""


def interpolated(text: str, inputs: Mapping[str, object]) -> str:
    """``text`` with its placeholders replaced, one after the other, in the order they stand.

    A placeholder without an input stays (CrewAI refuses to run such a crew), and so does one whose input is
    not known.
    """
    result = text
    if inputs:
        for name in PLACEHOLDER.findall(text):
            if name in inputs and not isinstance(inputs[name], Unknown):
                result = result.replace("{" + name + "}", str(inputs[name]))
    return result
