"""What is recorded equals what the provider has billed, to the token, for crews of every kind."""

from __future__ import annotations

import logging
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.offline import go_offline

go_offline()

pytest.importorskip("crewai")
pytest.importorskip("anthropic")

from crewprof.recorder import BudgetReached, record  # noqa: E402
from crewprof.recorder.kinds import KINDS  # noqa: E402
from tests.recorder import crews  # noqa: E402
from tests.recorder.answers import Answer  # noqa: E402
from tests.recorder.provider import Provider, serving, usual  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LONG = "CREWPROF_RECORDING" in os.environ
"""Whether the scenarios that take long are run too (``make bench-recording``)."""
CREWS = (*crews.SHORT, *(crews.LONG if LONG else ()))

Lines = list[dict[str, Any]]


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Provider]:
    logging.disable(logging.CRITICAL)
    with serving(usual()) as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("CREWAI_STORAGE_DIR", str(tmp_path / "storage"))
        monkeypatch.chdir(tmp_path)
        yield running
    logging.disable(logging.NOTSET)


def recorded(run: Callable[[], None], **more: Any) -> Lines:
    with record("profile.jsonl", **more) as recording:
        run()
    return recording.lines()


def calls_of(lines: Lines) -> Lines:
    return [line for line in lines if line["type"] == "call"]


def sums(lines: Lines) -> tuple[int, ...]:
    calls = [line for line in calls_of(lines) if not line["failed"]]
    made = sum(line.get("requests", 1) for line in calls)
    return (made, *(sum(line[key] or 0 for line in calls) for key in ("prompt", "completion", "cached")))


@pytest.mark.parametrize("run", CREWS, ids=lambda run: run.__name__)
def test_the_sums_are_the_providers(run: Callable[[], None], provider: Provider) -> None:
    lines = recorded(run)
    assert sums(lines) == provider.sums()[:4]
    assert provider.served
    if run is not crews.anthropic:  # its usage names no reasoning tokens
        assert sum(line["reasoning"] for line in calls_of(lines)) == provider.sums()[4]
    assert {line["kind"] for line in calls_of(lines)} <= set(KINDS)


def test_whose_each_call_is(provider: Provider) -> None:
    lines = recorded(crews.side_by_side)
    for number in range(3):
        own = [line for line in calls_of(lines) if line["task"] == f"part {number}"]
        assert [line["kind"] for line in own] == ["task", "tool turn"]
        assert {line["agent"] for line in own} == {f"Agent {number}"}
    tools = [line for line in lines if line["type"] == "tool"]
    assert sorted(line["task"] for line in tools) == ["part 0", "part 1", "part 2", "whole"]
    assert all(line["name"] == "my_search" and not line["failed"] for line in tools)
    assert all(0.5 < line["result_tokens"] / (line["result_chars"] / 6) < 2 for line in tools)


@pytest.mark.parametrize(
    ("run", "kinds"),
    [
        (crews.converting, ["converter", "converter", "task", "task", "tool turn", "tool turn"]),
        (crews.delegating, ["delegation", "delegation", "task", "tool turn"]),
        (crews.forced, ["forced answer", "task", "tool turn"]),
        (crews.guarded, ["guardrail", "task"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_each_call_is_for(run: Callable[[], None], kinds: list[str], provider: Provider) -> None:
    if run is crews.forced:
        provider.script = usual(uses=99)
    calls = calls_of(recorded(run))
    assert sorted(line["kind"] for line in calls) == kinds
    assert {line["task"] for line in calls} <= {"one", "two"}
    if run is crews.delegating:
        assert {line["agent"] for line in calls if line["kind"] == "delegation"} == {"Second"}


@pytest.mark.skipif(not LONG, reason="takes long: set CREWPROF_RECORDING")
def test_memory_and_planning_are_told_apart(provider: Provider) -> None:
    remembering = calls_of(recorded(crews.remembering))
    assert {line["task"] for line in remembering} == {"one", "two"}
    assert sum(line["kind"] == "memory" for line in remembering) >= 4
    planning = calls_of(recorded(crews.planning))
    of_crew = [line for line in planning if line["kind"] == "planning" and line["model"] == "gpt-4o"]
    assert [line["task"] for line in of_crew] == [None]
    assert {line["task"] for line in planning if line["model"] != "gpt-4o"} == {"one", "two"}


def test_an_agent_asked_on_its_own_is_a_crew_of_one_task(provider: Provider) -> None:
    lines = recorded(crews.alone)
    assert sums(lines) == provider.sums()[:4]
    crew = next(line for line in lines if line["type"] == "crew")
    assert (crew["name"], crew["process"], list(crew["tasks"])) == ("Loner", "agent", ["task 1"])
    assert {(line["crew"], line["task"], line["agent"]) for line in calls_of(lines)} == {
        ("Loner", "task 1", "Loner")
    }
    assert crew["contexts"] == {"task 1": None}
    assert [line["kind"] for line in calls_of(lines)] == ["task", "tool turn"]
    assert [line["failed"] for line in lines if line["type"] in ("task", "kickoff")] == [False, False]


def test_refused_calls_are_recorded_without_tokens(provider: Provider) -> None:
    refusals = iter([500, 500, 500])

    def script(body: dict[str, Any]) -> Answer:
        return Answer(status=next(refusals, 200), text="Fine words.")

    provider.script = script
    lines = recorded(crews.plain)
    failed = [line for line in calls_of(lines) if line["failed"]]
    assert len(failed) == 1  # OpenAI's client asks three times before it gives up
    assert (failed[0]["prompt"], failed[0]["completion"]) == (None, None)
    assert sums(lines) == provider.sums()[:4]


def test_nothing_anybody_said_is_stored(provider: Provider, tmp_path: Path) -> None:
    recorded(crews.sequential)
    text = (tmp_path / "profile.jsonl").read_text(encoding="utf-8")
    assert "Do one" not in text
    assert "word word" not in text
    assert "Story" not in text
    assert "dummy-key" not in text


def test_text_on_request_but_never_a_key(provider: Provider, tmp_path: Path) -> None:
    provider.script = lambda body: Answer("the key is dummy-key-of-the-tests")
    lines = recorded(crews.plain, with_text=True)
    assert "Do one" in str(calls_of(lines)[0]["messages"])
    assert "dummy-key" not in (tmp_path / "profile.jsonl").read_text(encoding="utf-8")
    assert "the key is ***" in str(calls_of(lines))


def test_a_recorder_that_fails_breaks_no_run(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    from crewprof.recorder.profile_file import ProfileFile

    with record("profile.jsonl"):

        def fail(*_: object) -> None:
            raise OSError("no space left")

        with monkeypatch.context() as patched:
            patched.setattr(ProfileFile, "add", fail)
            crews.sequential()
    assert len(provider.served) == 3


def test_a_limit_stops_before_the_call_that_would_exceed_it(provider: Provider) -> None:
    provider.script = usual(uses=99)
    price = {"gpt-4o-mini": {"in": 0.15, "out": 0.6}}
    with (
        pytest.raises(BudgetReached) as stopped,
        record("profile.jsonl", max_cost=0.002, prices=price) as recording,
    ):
        crews.forced_never()
    spent = sum(
        line["prompt"] * 0.15e-6 + line["completion"] * 0.6e-6 for line in calls_of(recording.lines())
    )
    assert 0.002 - 2 * stopped.value.next_call < spent <= 0.002
    assert stopped.value.spent == pytest.approx(spent)
    assert [line["limit"] for line in recording.lines() if line["type"] == "stop"] == ["max-cost"]


@pytest.fixture
def interruptible() -> Iterator[None]:
    """SIGINT ends a wait, also in a suite that was started in the background of a shell, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("run", [crews.side_by_side, crews.awaited], ids=lambda run: run.__name__)
def test_a_limit_holds_for_tasks_that_run_together(run: Callable[[], None], provider: Provider) -> None:
    with pytest.raises(BudgetReached), record("profile.jsonl", max_calls=4):
        run()
    assert len(provider.served) <= 4


def test_an_unknown_price_keeps_no_limit(provider: Provider) -> None:
    with (
        pytest.raises(BudgetReached, match="price of gpt-4o-mini is not known"),
        record("profile.jsonl", max_cost=1.0, prices={}),
    ):
        crews.plain()
    assert not provider.served
