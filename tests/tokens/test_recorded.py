"""Counts against what providers billed for recorded requests; skipped where those are not at hand."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from benchmarks.tokens import LONG, Sample, samples, shared_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

pytestmark = pytest.mark.skipif(
    not (shared_folder() / "data" / "recorded").is_dir(), reason="no recorded requests (CREWPROF_SHARED)"
)


@cache
def current() -> Sequence[Sample]:
    return tuple(samples("crewai-calls"))


def chosen(fits: Callable[[Sample], bool]) -> list[Sample]:
    found = [sample for sample in current() if fits(sample)]
    assert found
    return found


def exact(found: Sequence[Sample]) -> float:
    return sum(sample.error == 0 for sample in found) / len(found)


@pytest.mark.parametrize(
    ("kind", "share"), [("plain", 0.99), ("tool-loop", 0.98), ("schema", 0.99), ("tools", 0.85)]
)
def test_openai_and_azure_chat_are_exact(kind: str, share: float) -> None:
    found = chosen(lambda sample: sample.provider in ("openai", "azure") and sample.kind == kind)
    assert exact(found) >= share


def test_first_calls_with_tools_are_near_on_average() -> None:
    found = chosen(lambda sample: sample.provider in ("openai", "azure") and sample.kind == "tools")
    assert sum(abs(sample.error) for sample in found) / len(found) < 3


@pytest.mark.parametrize(("provider", "limit"), [("anthropic", 0.04), ("bedrock", 0.04), ("gemini", 0.08)])
def test_calibrated_providers_are_near_on_average(provider: str, limit: float) -> None:
    found = chosen(lambda sample: sample.provider == provider and sample.billed > LONG)
    assert sum(abs(sample.error) / sample.billed for sample in found) / len(found) <= limit
