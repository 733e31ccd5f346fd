"""Calls of memory and knowledge around a task.

Sources: crewai/memory/analyze.py, recall_flow.py, encoding_flow.py, unified_memory.py;
``_save_to_memory`` (crewai/agents/agent_builder/base_agent_executor.py);
``Agent._get_knowledge_search_query`` (crewai/agent/core.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Model, ModelSource
from crewprof.quick_dataclasses import replace
from crewprof.semantics.call import CallKind, CallRule, Driver, Prompt, PromptMessage, Slot
from crewprof.semantics.interpolation import interpolated
from crewprof.semantics.own_schemas import asked_for
from crewprof.semantics.prompt import context_of, description_of, prompt_before_knowledge
from crewprof.semantics.runner import has_memory
from crewprof.semantics.segments import fill, framework, slot, text

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew, Task
    from crewprof.semantics.prompt_setting import PromptSetting
    from crewprof.semantics.runner import Runner
    from crewprof.semantics.segments import Segments

_LONG_QUERY: Final = 200
"""Characters of a description from which a model analyses it before memory is searched (recall_flow.py)."""

_MOST_RECALL_CALLS: Final = 6
"""The analysis, and an exploration of each of at most five matches."""


def recall_rules(crew: Crew, task: Task, runner: Runner, setting: PromptSetting) -> tuple[CallRule, ...]:
    """The calls of memory before a task."""
    if not _remembers(crew, runner, setting):
        return ()
    length = len(interpolated(task.description or "", crew.inputs))
    rule = _recall(crew, task, runner, setting, description_of(crew, task))
    return (replace(rule, least=int(length >= _LONG_QUERY)),)


def save_rules(crew: Crew, task: Task, runner: Runner, setting: PromptSetting) -> tuple[CallRule, ...]:
    """The calls of memory after a task: what is worth keeping, and then for each statement where."""
    if not _remembers(crew, runner, setting):
        return ()
    expected = text(interpolated(task.expected_output or "", crew.inputs), "task")
    extraction = _extraction(crew, task, runner, setting, description_of(crew, task), expected)
    statement = {
        "content": slot("memory", Slot("memory")),
        "existing_scopes": text("['/']", "framework"),
        "existing_categories": text("[]", "framework"),
    }
    llm = _memory_llm(crew, runner, setting)
    kept = CallRule(
        CallKind.MEMORY_SAVE,
        runner.name,
        llm,
        _asked(task, llm, setting, "save", statement),
        Driver.MEMORY_STATEMENT,
        least=0,
        unbounded_because="memory saves as many statements as the model finds",
    )
    return (replace(extraction, least=1, most=1), kept)


def delegated_memory_rules(
    crew: Crew, task: Task, coworker: Runner, setting: PromptSetting, *, most: int
) -> tuple[CallRule, ...]:
    """What memory asks around work that is handed to ``coworker``, at most ``most`` times."""
    if not _remembers(crew, coworker, setting):
        return ()
    said = slot("task", Slot("step"))
    expected = framework(setting.texts.get("slices.manager_request"))
    recall = _recall(crew, task, coworker, setting, said)
    extraction = _extraction(crew, task, coworker, setting, said, expected)
    return (
        replace(recall, driver=Driver.DELEGATION, most=most * _MOST_RECALL_CALLS),
        replace(extraction, driver=Driver.DELEGATION, most=most),
    )


def _remembers(crew: Crew, runner: Runner, setting: PromptSetting) -> bool:
    return has_memory(crew, runner) and setting.behavior.unified_memory


def _memory_llm(crew: Crew, runner: Runner, setting: PromptSetting) -> Model | None:
    """The model that memory asks around what ``runner`` does."""
    given_none = Model(setting.behavior.memory_model, ModelSource.DEFAULT)
    if not setting.behavior.memory_asks_agents_model:
        return given_none
    if runner.settings.memory:
        # An agent's memory is made before the agent has CrewAI's default model (``BaseAgent.resolve_memory``
        # runs before ``Agent.post_init_setup``): it is given the model that is written, or none.
        written = runner.settings.fields.get("llm")
        return runner.llm if written is not None and written.value is not None else given_none
    # ``Crew._memory_llm`` (crewai/crew.py): the agents have their models by then.
    if crew.chat_llm is not None:
        return crew.chat_llm
    return next((agent.llm for agent in crew.agents if agent.llm is not None), given_none)


def _recall(crew: Crew, task: Task, runner: Runner, setting: PromptSetting, query: Segments) -> CallRule:
    llm = _memory_llm(crew, runner, setting)
    values = {
        "query": query,
        "available_scopes": text("['/']", "framework"),
        "scope_desc": text("Current scope has 0 records, categories: []", "framework"),
    }
    prompt = _asked(task, llm, setting, "query", values)
    return CallRule(
        CallKind.MEMORY_RECALL,
        runner.name,
        llm,
        prompt,
        Driver.MEMORY_DOUBT,
        least=0,
        most=_MOST_RECALL_CALLS,
    )


def _extraction(
    crew: Crew, task: Task, runner: Runner, setting: PromptSetting, description: Segments, expected: Segments
) -> CallRule:
    llm = _memory_llm(crew, runner, setting)
    said = text("Task: ", "framework") + description + text("\nAgent: ", "framework") + runner.persona.role
    said += text("\nExpected result: ", "framework") + expected
    said += text("\nResult: ", "framework") + slot("memory", Slot("answer"))
    prompt = _asked(task, llm, setting, "extract_memories", {"content": said})
    return CallRule(CallKind.MEMORY_SAVE, runner.name, llm, prompt, Driver.ONCE, least=0)


def _asked(
    task: Task, llm: Model | None, setting: PromptSetting, name: str, values: dict[str, Segments]
) -> Prompt:
    """A question of memory's; with function calling the form of the answer is sent along."""
    texts = setting.texts
    system = PromptMessage("system", framework(texts.get(f"memory.{name}_system"), "memory"))
    user = fill(framework(texts.get(f"memory.{name}_user"), "memory"), values)
    schema = asked_for(_ANSWERS[name], task.place) if setting.calls_functions(llm) else None
    return Prompt((system, PromptMessage("user", user)), response_schema=schema)


_ANSWERS: Final = {
    "query": "QueryAnalysis",
    "extract_memories": "ExtractedMemories",
    "save": "MemoryAnalysis",
}


def knowledge_rules(crew: Crew, task: Task, runner: Runner, setting: PromptSetting) -> tuple[CallRule, ...]:
    """The call that turns a task into a query, once for agent and crew together."""
    key = "slices.knowledge_search_query_system_prompt"
    given = crew.knowledge_sources or runner.settings.knowledge_sources
    # For a message to an agent on its own, CrewAI does not look into its knowledge.
    if not given or task.is_message or not setting.texts.has(key):
        return ()
    context = context_of(crew, task, setting.behavior)
    # Memory is asked first, so what it recalls is part of the query (``Agent._prepare_task_execution``).
    whole = prompt_before_knowledge(crew, task, runner, setting, context)
    asked = fill(framework(setting.texts.get("slices.knowledge_search_query")), {"task_prompt": whole})
    messages = (
        PromptMessage("system", framework(setting.texts.get(key))),
        PromptMessage("user", asked),
    )
    prompt = Prompt(messages)
    return (
        CallRule(CallKind.KNOWLEDGE_QUERY, runner.name, runner.llm, prompt, Driver.ONCE, least=1, most=1),
    )
