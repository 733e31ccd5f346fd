"""The estimate against recorded tasks, where the shared data is there."""

from __future__ import annotations

import pytest

from benchmarks.outcomes import (
    completion,
    coverage,
    cross_validated,
    rank_correlation,
    recorded_tasks,
    shared_folder,
)

OUTCOMES = shared_folder() / "data" / "recorded" / "outcomes.jsonl.gz"


@pytest.mark.skipif(not OUTCOMES.is_file(), reason="needs the shared recordings")
def test_lengths_predicted_from_the_definition_rank_and_hold_recorded_outcomes() -> None:
    tasks = recorded_tasks(OUTCOMES)
    predictions = cross_validated(tasks)
    recorded = [sorted(map(completion, task.runs))[len(task.runs) // 2] for task in tasks]
    assert rank_correlation([one.tokens.expected for one in predictions], recorded) >= 0.65
    assert 0.75 <= coverage(tasks, [one.tokens for one in predictions], completion) <= 0.85


def test_the_rank_correlation_is_that_of_the_textbook() -> None:
    assert rank_correlation([1, 2, 3, 4], [10, 20, 30, 40]) == pytest.approx(1.0)
    assert rank_correlation([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1.0)
    assert rank_correlation([1, 2, 2, 4], [1, 3, 2, 4]) == pytest.approx(0.9486832980505138)
