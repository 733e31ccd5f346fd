"""A crew as plain data: ours and CrewAI's, in the same shape, to be compared."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crewprof.crew.definition import Agent, Crew, Model, OutputSchema, Task, Tool

LIBRARY = "crewai_tools"
DEFAULT_MODEL = "gpt-4.1-mini"


def describe_ours(crew: Crew) -> dict[str, Any]:
    return {
        "agents": [_our_agent(agent) for agent in crew.agents],
        "tasks": [_our_task(task, crew) for task in crew.tasks],
        "process": crew.process.value,
        "manager_llm": _our_model(crew.manager_llm),
        "manager_agent": None if crew.manager_agent is None else crew.manager_agent.role,
        "planning": crew.planning,
        "planning_llm": _our_model(crew.planning_llm),
        "memory": crew.memory,
        "cache": bool(crew.cache),
        "max_rpm": crew.max_rpm,
    }


def _our_agent(agent: Agent) -> dict[str, Any]:
    return {
        "role": agent.role,
        "goal": agent.goal,
        "backstory": agent.backstory,
        # Without a model anywhere, CrewAI takes its default.
        "llm": _our_model(agent.llm) or (DEFAULT_MODEL, None),
        "tools": [_our_tool(tool) for tool in agent.tools],
        "allow_delegation": agent.allow_delegation,
        "max_iter": 25 if agent.max_iter is None else agent.max_iter,
        "max_rpm": agent.max_rpm,
        "max_retry_limit": 2 if agent.max_retry_limit is None else agent.max_retry_limit,
        "use_system_prompt": agent.use_system_prompt,
        "templates": [agent.system_template, agent.prompt_template, agent.response_template],
        "inject_date": [agent.inject_date, agent.date_format or "%Y-%m-%d"],
        "multimodal": agent.multimodal,
        "respect_context_window": agent.respect_context_window,
    }


def _our_model(model: Model | None) -> tuple[str | None, int | None] | None:
    return None if model is None else (model.id and model.id.removeprefix("openai/"), model.max_tokens)


def _our_tool(tool: Tool) -> Any:
    if tool.source is None:
        return tool.class_name
    source = tool.source
    return [source.name, source.description, source.parameters, tool.result_as_answer, tool.max_usage_count]


def _our_schema(schema: OutputSchema | None) -> Any:
    return None if schema is None else schema.json_schema


def _our_task(task: Task, crew: Crew) -> dict[str, Any]:
    order = [one.name for one in crew.tasks]
    tools = task.tools
    if not tools and task.agent is not None:
        tools = crew.agent(task.agent).tools
    return {
        "description": task.description,
        "expected_output": task.expected_output,
        "agent": None if task.agent is None else crew.agent(task.agent).role,
        "context": None if task.context is None else [order.index(name) for name in task.context],
        "async": task.async_execution,
        "conditional": task.conditional,
        "tools": [_our_tool(tool) for tool in tools],
        "output_pydantic": _our_schema(task.output_pydantic),
        "output_json": _our_schema(task.output_json),
        "response_model": _our_schema(task.response_model),
        "guardrails": [guardrail.text for guardrail in task.guardrails],
        "guardrail_max_retries": 3 if task.guardrail_max_retries is None else task.guardrail_max_retries,
        "markdown": task.markdown,
        "human_input": task.human_input,
        "output_file": (task.output_file or "").removeprefix("/") or None,
    }


def describe_theirs(crew: Any) -> dict[str, Any]:
    return {
        "agents": [_their_agent(agent) for agent in crew.agents],
        "tasks": [_their_task(task, crew) for task in crew.tasks],
        "process": crew.process.value,
        "manager_llm": _their_model(crew.manager_llm),
        "manager_agent": None if crew.manager_agent is None else crew.manager_agent.role,
        "planning": bool(crew.planning),
        "planning_llm": _their_model(crew.planning_llm),
        "memory": bool(crew.memory),
        "cache": crew.cache,
        "max_rpm": crew.max_rpm,
    }


def _their_agent(agent: Any) -> dict[str, Any]:
    return {
        "role": agent.role,
        "goal": agent.goal,
        "backstory": agent.backstory,
        "llm": _their_model(agent.llm),
        "tools": [_their_tool(tool) for tool in agent.tools or []],
        "allow_delegation": agent.allow_delegation,
        "max_iter": agent.max_iter,
        "max_rpm": agent.max_rpm,
        "max_retry_limit": agent.max_retry_limit,
        "use_system_prompt": bool(agent.use_system_prompt),
        "templates": [agent.system_template, agent.prompt_template, agent.response_template],
        "inject_date": [agent.inject_date, agent.date_format],
        "multimodal": agent.multimodal,
        "respect_context_window": agent.respect_context_window,
    }


def _their_model(model: Any) -> tuple[str, int | None] | None:
    if model is None:
        return None
    if isinstance(model, str):
        return model.removeprefix("openai/"), None
    return model.model, model.max_tokens


def _their_tool(tool: Any) -> Any:
    if type(tool).__module__.startswith(LIBRARY):
        return type(tool).__name__
    schema = tool.args_schema.model_json_schema()
    return [tool.name, tool.description, schema, tool.result_as_answer, tool.max_usage_count]


def _their_schema(model: Any) -> Any:
    if model is None:
        return None
    return getattr(model, "_cls", model).model_json_schema()


def _their_task(task: Any, crew: Any) -> dict[str, Any]:
    context = task.context if isinstance(task.context, list | type(None)) else "unspecified"
    guardrails = task.guardrails or task.guardrail
    listed = guardrails if isinstance(guardrails, list | tuple) else [guardrails]
    order = [id(one) for one in crew.tasks]
    return {
        "description": task.description,
        "expected_output": task.expected_output,
        "agent": None if task.agent is None else task.agent.role,
        "context": None if context == "unspecified" else [order.index(id(one)) for one in context or []],
        "async": bool(task.async_execution),
        "conditional": type(task).__name__ == "ConditionalTask",
        "tools": [_their_tool(tool) for tool in task.tools or []],
        "output_pydantic": _their_schema(task.output_pydantic),
        "output_json": _their_schema(task.output_json),
        "response_model": _their_schema(task.response_model),
        "guardrails": [one if isinstance(one, str) else None for one in listed if one is not None],
        "guardrail_max_retries": task.guardrail_max_retries,
        "markdown": bool(task.markdown),
        "human_input": bool(task.human_input),
        "output_file": task.output_file or None,
    }


def forget_types() -> None:
    """Empty the caches of ``typing``: it gives ``Optional[Union[B, A]]`` the order an earlier one had."""
    for clean in getattr(typing, "_cleanups", ()):
        clean()
