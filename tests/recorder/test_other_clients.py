"""The clients that CrewAI has for other providers, each against a server that speaks its protocol.

Each is an extra of CrewAI's; a test is skipped where its package is not installed.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.offline import go_offline

go_offline()

pytest.importorskip("crewai")

from crewai import LLM, Agent, Crew, Task  # noqa: E402

from crewprof.recorder import record  # noqa: E402
from tests.recorder import crews  # noqa: E402
from tests.recorder.provider import Provider, serving, usual  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLIENTS: list[tuple[str, dict[str, Any]]] = [
    ("google.genai", {"model": "gemini/gemini-2.5-flash"}),
    ("boto3", {"model": "bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0"}),
    ("azure.ai.inference", {"model": "azure/gpt-4o-mini"}),
    ("litellm", {"model": "openai/gpt-4o-mini", "is_litellm": True}),
    ("litellm", {"model": "hosted_vllm/some-model", "is_litellm": True}),
]


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Provider]:
    logging.disable(logging.CRITICAL)
    with serving(usual()) as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("HOSTED_VLLM_API_BASE", running.url)
        monkeypatch.setenv("CREWAI_STORAGE_DIR", str(tmp_path / "storage"))
        monkeypatch.chdir(tmp_path)
        yield running
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(
    ("package", "given"), CLIENTS, ids=[f"{name} {llm['model']}" for name, llm in CLIENTS]
)
def test_the_sums_are_the_providers(
    package: str, given: dict[str, Any], stream: bool, provider: Provider
) -> None:
    pytest.importorskip(package)
    llm = LLM(stream=stream, **given)
    first = Agent(role="First", goal="g", backstory="b", llm=llm, tools=[crews.search])
    second = Agent(role="Second", goal="g", backstory="b", llm=llm)
    tasks = [
        Task(name="one", description="Do one", expected_output="Words", agent=first),
        Task(name="two", description="Do two", expected_output="Words", agent=second),
    ]
    with record("profile.jsonl") as recording:
        Crew(agents=[first, second], tasks=tasks).kickoff()
    calls = [line for line in recording.lines() if line["type"] == "call"]
    whose = [(line["task"], line["agent"], line["kind"]) for line in calls]
    used = [("one", "First", "tool turn")] if len(provider.served) == 3 else []
    assert whose == [("one", "First", "task"), *used, ("two", "Second", "task")]
    sums = tuple(sum(line[key] for line in calls) for key in ("prompt", "completion"))
    assert (len(calls), *sums) == provider.sums()[:3]
