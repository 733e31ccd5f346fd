"""What is asked around a task with memory or knowledge: of which model, and with which words."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from crewai.agent.utils import handle_knowledge_retrieval
from hypothesis import given
from hypothesis import strategies as st

from crewprof.crew.definition import ModelSource
from crewprof.quick_dataclasses import replace
from crewprof.semantics.behavior import behavior_of
from crewprof.semantics.call import CallKind, Slot
from crewprof.semantics.calls import call_rules
from crewprof.semantics.models import with_models
from crewprof.semantics.prompt_setting import PromptSetting
from crewprof.semantics.texts import recorded_texts
from tests.conformance.comparing import installed_texts, load, newest, today
from tests.conformance.profile import conformance
from tests.conformance.recording_llm import Recorder, RecordingLLM, answers_at_once
from tests.conformance.running import load as built

MODELS = st.sampled_from([None, "openai/gpt-4o", "openai/gpt-4.1-nano", "openai/gpt-5-mini"])


def definition(agents: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    about = {"goal": "Work.", "backstory": "You work."}
    names = [f"a{number}" for number in range(len(agents))]
    return {
        "agents": {
            name: {"role": name, **about, **{key: value for key, value in given.items() if value}}
            for name, given in zip(names, agents, strict=True)
        },
        "tasks": [
            {"name": f"t{name}", "description": f"Do {name}.", "expected_output": "A text.", "agent": name}
            for name in names
        ],
        **{key: value for key, value in more.items() if value},
    }


def setting_of(version: str) -> PromptSetting:
    behavior = behavior_of(version)
    return PromptSetting(recorded_texts(version), behavior, today(), lambda _: True)


def bare(model: Any) -> str:
    """The name of a model, given as a text or as CrewAI's object."""
    return (model if isinstance(model, str) else str(model.model)).removeprefix("openai/")


@conformance
@given(
    st.lists(st.fixed_dictionaries({"llm": MODELS, "memory": st.booleans()}), min_size=1, max_size=3),
    st.booleans(),
    MODELS,
)
def test_memory_asks_the_model_that_crewai_gives_it(
    tmp_path_factory: pytest.TempPathFactory, agents: list[dict[str, Any]], memory: bool, chat: str | None
) -> None:
    text = definition(agents, memory=memory, chat_llm=chat)
    crew, _ = built(text, tmp_path_factory.mktemp("crew"))
    read = load(text)
    setting = PromptSetting(installed_texts(), newest(), today(), lambda _: True)
    for theirs, task in zip(crew.tasks, read.tasks, strict=True):
        kept = theirs.agent.memory or crew._memory
        asked = {
            bare(rule.llm.id)
            for rule in call_rules(read, task, setting)
            if rule.kind in (CallKind.MEMORY_RECALL, CallKind.MEMORY_SAVE) and rule.llm is not None
        }
        assert asked == (set() if kept is None else {bare(kept.llm)})


def test_memory_of_older_versions_asks_a_model_of_its_own() -> None:
    read = load(definition([{"llm": "openai/gpt-4o", "memory": True}]))
    crew = with_models(read, behavior_of("1.14.7"))
    rules = call_rules(crew, crew.tasks[0], setting_of("1.14.7"))
    models = [rule.llm for rule in rules if rule.kind is CallKind.MEMORY_SAVE]
    assert {one and (one.id, one.source) for one in models} == {("gpt-4o-mini", ModelSource.DEFAULT)}


def test_the_query_for_knowledge_holds_what_memory_recalls(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = definition([{"llm": "openai/gpt-4o"}, {"llm": "openai/gpt-4o"}])
    crew, _ = built(text, tmp_path_factory.mktemp("crew"))
    agent, task = crew.tasks[1].agent, crew.tasks[1]
    recorder = Recorder()
    agent.llm = RecordingLLM.make(
        recorder, answers_at_once, owner="a", model="gpt-4o", function_calling=True, delay=0.0
    )
    recalled = SimpleNamespace(format=lambda: "Rain on Monday.")
    memory = SimpleNamespace(recall=lambda *_, **__: [recalled])
    object.__setattr__(agent, "memory", memory)
    object.__setattr__(agent, "knowledge", SimpleNamespace())
    prompt = agent._prepare_task_execution(task, "")
    handle_knowledge_retrieval(agent, task, prompt, {}, lambda *_, **__: [], lambda *_, **__: [])
    (asked,) = recorder.calls

    more = {"memory": True, "knowledge_sources": [{"source_type": "string", "content": "Rules."}]}
    read = load(definition([{"llm": "openai/gpt-4o"}, {"llm": "openai/gpt-4o", **more}]))
    setting = PromptSetting(installed_texts(), newest(), today(), lambda _: True)
    rules = call_rules(read, read.task("ta1"), setting)
    (query,) = [rule.prompt for rule in rules if rule.kind is CallKind.KNOWLEDGE_QUERY]
    ours = [
        "".join(
            "Relevant memories:\nRain on Monday." if one.content == Slot("memory") else str(one.content)
            for one in message.segments
            if one.content not in (Slot("output", "ta0"), Slot("outputs", tasks=("ta0",)))
        )
        for message in query.messages
    ]
    theirs = [str(message["content"]) for message in asked.messages]
    assert ours[0] == theirs[0]
    assert ours[1].split("Relevant memories:")[1] == theirs[1].split("Relevant memories:")[1]


@pytest.mark.parametrize("owner", ["crew", "agent"])
def test_a_tool_that_answers_leaves_the_tools_of_memory_to_be_used(owner: str) -> None:
    more: dict[str, Any] = {"tools": ["SerperDevTool"], "llm": "openai/gpt-4o"}
    text = definition([more | ({"memory": True} if owner == "agent" else {})], memory=owner == "crew")
    read = load(text)
    (task,) = read.tasks
    tools = tuple(replace(tool, result_as_answer=True) for tool in read.agents[0].tools)
    setting = PromptSetting(installed_texts(), newest(), today(), lambda _: True)
    rules = call_rules(read, replace(task, tools=tools), setting)
    assert CallKind.LOOP in {rule.kind for rule in rules}
