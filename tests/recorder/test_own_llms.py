"""LLM classes that a project writes itself: every call counts, what is not known of it stays unknown."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.offline import go_offline

go_offline()

pytest.importorskip("crewai")

from crewai import LLM, Agent, BaseLLM, Crew, Task  # noqa: E402

from crewprof.analysis.measured import measure  # noqa: E402
from crewprof.models import lookup  # noqa: E402
from crewprof.recorded.reading import read_profile  # noqa: E402
from crewprof.recorder import BudgetReached, record  # noqa: E402
from crewprof.report.look import Look  # noqa: E402
from crewprof.report.recorded_summary import summary  # noqa: E402
from tests.recorder.provider import Provider, serving  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANSWER = "Thought: I now can give a great answer\nFinal Answer: yes"


class Silent(BaseLLM):  # type: ignore[misc,unused-ignore]
    """Tells nothing."""

    def call(self, messages: Any, *args: Any, **given: Any) -> Any:
        return ANSWER

    async def acall(self, messages: Any, *args: Any, **given: Any) -> Any:
        return await asyncio.to_thread(self.call, messages)

    def supports_function_calling(self) -> bool:
        return False


class Counting(Silent):
    """Adds up its usage as CrewAI's own classes do."""

    def call(self, messages: Any, *args: Any, **given: Any) -> Any:
        self._track_token_usage_internal({"prompt_tokens": 70, "completion_tokens": 5})
        return super().call(messages)

    def _track_token_usage_internal(self, usage_data: dict[str, Any]) -> None:
        super()._track_token_usage_internal(usage_data)


class PassingOn(Silent):
    """Hands its calls to one of CrewAI's own."""

    inner: Any = None

    def call(self, messages: Any, *args: Any, **given: Any) -> Any:
        return self.inner.call(messages)


class Broken(Silent):
    """Fails."""

    def call(self, messages: Any, *args: Any, **given: Any) -> Any:
        raise RuntimeError("no answer")


@pytest.fixture(autouse=True)
def provider(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Provider]:
    with serving() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        yield running


def crew_on(llm: Any) -> Crew:
    agent = Agent(role="R", goal="g", backstory="b", llm=llm, max_retry_limit=0)
    tasks = [
        Task(name=name, description=f"Do {name}", expected_output="Words", agent=agent)
        for name in ("one", "two")
    ]
    return Crew(agents=[agent], tasks=tasks)


def calls(lines: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    keys = ("task", "agent", "model", "kind", "prompt", "completion", "failed")
    return [tuple(line[key] for key in keys) for line in lines if line["type"] == "call"]


def test_a_call_nothing_tells_of_is_a_call_of_unknown_size(tmp_path: Path) -> None:
    with record("profile.jsonl") as recording:
        crew_on(Silent(model="mine")).kickoff()
    assert calls(recording.lines()) == [
        (task, "R", "mine", "task", None, None, False) for task in ("one", "two")
    ]
    said = summary(measure(read_profile(tmp_path / "profile.jsonl"), lookup), tmp_path / "p", Look(width=120))
    assert "2 calls without token counts" in said


def test_awaited_calls_too() -> None:
    with record("profile.jsonl") as recording:
        asyncio.run(crew_on(Silent(model="mine")).akickoff())
    assert len(calls(recording.lines())) == 2


def test_what_a_class_adds_up_is_its_usage() -> None:
    with record("profile.jsonl") as recording:
        crew_on(Counting(model="mine")).kickoff()
    assert [one[4:6] for one in calls(recording.lines())] == [(70, 5), (70, 5)]


def test_a_call_that_is_passed_on_is_one_call(provider: Provider) -> None:
    with record("profile.jsonl") as recording:
        crew_on(PassingOn(model="mine", inner=LLM(model="gpt-4o-mini"))).kickoff()
    told = calls(recording.lines())
    assert [(one[0], one[2]) for one in told] == [("one", "gpt-4o-mini"), ("two", "gpt-4o-mini")]
    assert (len(told), sum(one[4] for one in told)) == provider.sums()[:2]


def test_one_that_fails_used_nothing() -> None:
    with pytest.raises(RuntimeError), record("profile.jsonl") as recording:
        crew_on(Broken(model="mine")).kickoff()
    assert {one[4:] for one in calls(recording.lines())} == {(None, None, True)}


def test_a_limit_holds_for_them_too() -> None:
    with pytest.raises(BudgetReached), record("profile.jsonl", max_calls=1) as recording:
        crew_on(Silent(model="mine")).kickoff()
    assert len(calls(recording.lines())) == 1
