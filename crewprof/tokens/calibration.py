"""How far the counts of models of other makers lie from those of ``o200k_base``.

Fitted on recorded requests with the provider's own usage; each entry states the relative error found.
"""

from __future__ import annotations

from dataclasses import dataclass

from crewprof.tokens.family import Family, family_of


@dataclass(frozen=True, slots=True)
class Calibration:
    """A model's tokens from those of ``o200k_base``.

    Text of ``T`` tokens in ``m`` messages is ``ratio * T + per_request + per_message * m``.
    ``relative_error`` is the mean one on recorded requests of more than 200 tokens, ``None`` when there were
    none to compare with.
    """

    ratio: float
    per_request: float
    per_message: float
    tools_base: float
    per_tool: float
    tool_ratio: float
    per_call: float
    call_ratio: float
    result_ratio: float
    schema_ratio: float
    relative_error: float | None
    source: str


_ANTHROPIC = Calibration(1.09, 6, 2, 484, 54, 0.83, 47, 1.4, 1.1, 0.0, 0.04, "fit on recorded calls")
_GEMINI = Calibration(1.03, 0, 0.5, 0, 0, 0.88, 0, 1.5, 1.5, 0.0, 0.08, "fit on recorded calls")
_SIMILAR = Calibration(1.05, 3, 4, 150, 0, 1.0, 10, 1.0, 1.0, 1.0, None, "taken as OpenAI's with 5 % more")

_BY_FAMILY = {Family.ANTHROPIC: _ANTHROPIC, Family.GEMINI: _GEMINI}


def calibration_of(model_id: str) -> Calibration:
    """The calibration for a model that is not OpenAI's."""
    return _BY_FAMILY.get(family_of(model_id), _SIMILAR)
