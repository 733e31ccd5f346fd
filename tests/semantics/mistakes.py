"""Mistakes people make in crew definitions, each as small as it gets, and crews that only look like them."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from tests.conformance.random_crews import Definition

AGENT: Definition = {"role": "R", "goal": "G", "backstory": "B", "llm": "gpt-4o"}
SCHEMA: Definition = {
    "title": "Report",
    "type": "object",
    "properties": {"title": {"type": "string"}},
    "required": ["title"],
}


def task(name: str = "one", agent: str | None = "a", **keys: Any) -> Definition:
    body = {"name": name, "description": f"Do {name}.", "expected_output": "It.", **keys}
    return body if agent is None else {**body, "agent": agent}


def crew(*tasks: Definition, agent: Definition | None = None, **keys: Any) -> Definition:
    agents = {"a": {**AGENT, **(agent or {})}, "b": {**AGENT, "role": "Rb"}}
    return {"agents": agents, "tasks": list(tasks) or [task()], **keys}


def without(body: Definition, key: str) -> Definition:
    return {name: value for name, value in body.items() if name != key}


REFUSED: dict[str, tuple[Kind, Definition]] = {
    "unknown agent key": (Kind.UNKNOWN_KEY, crew(agent={"temperature": 0.2})),
    "unknown settings key": (Kind.UNKNOWN_KEY, crew(agent={"settings": {"temperatur": 1}})),
    "unknown task key": (Kind.UNKNOWN_KEY, crew(task(expected="x"))),
    "condition of a plain task": (
        Kind.UNKNOWN_KEY,
        crew(task(), task("two", condition={"python": "checks.always"})),
    ),
    "unknown crew key": (Kind.UNKNOWN_KEY, crew(proces="sequential")),
    "agent id": (Kind.RUNTIME_KEY, crew(agent={"id": "1"})),
    "task output": (Kind.RUNTIME_KEY, crew(task(output="x"))),
    "crew usage": (Kind.RUNTIME_KEY, crew(usage_metrics={})),
    "no role": (Kind.MISSING_FIELD, {"agents": {"a": without(AGENT, "role")}, "tasks": [task()]}),
    "empty goal": (Kind.MISSING_FIELD, crew(agent={"goal": None})),
    "role in config only": (
        Kind.MISSING_FIELD,
        {"agents": {"a": {**without(AGENT, "role"), "config": {"role": "R"}}}, "tasks": [task()]},
    ),
    "empty agent": (Kind.MISSING_FIELD, {"agents": {"a": AGENT, "c": None}, "tasks": [task()]}),
    "no expected output": (Kind.MISSING_FIELD, crew(without(task(), "expected_output"))),
    "verbose": (Kind.WRONG_VALUE, crew(agent={"verbose": "maybe"})),
    "null in settings": (Kind.WRONG_VALUE, crew(agent={"settings": {"max_iter": None}})),
    "code mode": (Kind.WRONG_VALUE, crew(agent={"code_execution_mode": "fast"})),
    "crew stream": (Kind.WRONG_VALUE, crew(stream="maybe")),
    "agent type": (Kind.WRONG_VALUE, crew(agent={"type": "worker"})),
    "task type": (Kind.WRONG_VALUE, crew(task(type="loop"))),
    "agent name is a number": (Kind.WRONG_VALUE, {"agents": {1: AGENT, "a": AGENT}, "tasks": [task()]}),
    "two slashes in an app": (Kind.WRONG_VALUE, crew(agent={"apps": ["a/b/c"]})),
    "mcp without https": (Kind.WRONG_VALUE, crew(agent={"mcps": ["http://x.y"]})),
    "planning effort": (Kind.WRONG_VALUE, crew(agent={"planning_config": {"reasoning_effort": "huge"}})),
    "planning steps": (Kind.WRONG_VALUE, crew(agent={"planning_config": {"max_steps": 0}})),
    "llm without model": (Kind.WRONG_VALUE, crew(agent={"llm": {"max_tokens": 5}})),
    "llm max_tokens": (Kind.WRONG_VALUE, crew(agent={"llm": {"model": "gpt-4o", "max_tokens": "many"}})),
    "output_file up": (Kind.WRONG_VALUE, crew(task(output_file="../x.md"))),
    "output_file home": (Kind.WRONG_VALUE, crew(task(output_file="~/x.md"))),
    "output_file pipe": (Kind.WRONG_VALUE, crew(task(output_file="a&b.md"))),
    "output_file braces": (Kind.WRONG_VALUE, crew(task(output_file="{my topic}.md"))),
    "guardrail number": (Kind.WRONG_VALUE, crew(task(guardrail=5))),
    "guardrails mapping": (Kind.WRONG_VALUE, crew(task(guardrails={"python": "checks.accepts"}))),
    "callback text": (Kind.WRONG_VALUE, crew(task(callback="done"))),
    "converter text": (Kind.WRONG_VALUE, crew(task(converter_cls="Mine"))),
    "input file outside": (Kind.WRONG_VALUE, crew(task(input_files={"x": "../x.txt"}))),
    "knowledge as text": (Kind.WRONG_VALUE, crew(knowledge_sources=["facts.txt"])),
    "manager as mapping": (
        Kind.WRONG_VALUE,
        crew(process="hierarchical", manager_agent={**AGENT, "role": "M"}),
    ),
    "unknown context": (Kind.UNKNOWN_CONTEXT, crew(task(), task("two", context=["won"]))),
    "context of a nameless task": (
        Kind.UNKNOWN_CONTEXT,
        crew(without(task(), "name"), task("two", context=["task 1"])),
    ),
    "later context": (Kind.LATER_CONTEXT, crew(task(context=["two"]), task("two"))),
    "self context": (Kind.SELF_CONTEXT, crew(task(), task("two", context=["two"]))),
    "two async at the end": (
        Kind.SEVERAL_ASYNC_AT_END,
        crew(task(), task("two", async_execution=True), task("three", "b", async_execution=True)),
    ),
    "async waits for async": (
        Kind.ASYNC_WAITS_FOR_ASYNC,
        crew(
            task(async_execution=True), task("two", "b", async_execution=True, context=["one"]), task("three")
        ),
    ),
    "no manager": (Kind.HIERARCHICAL_WITHOUT_MANAGER, crew(process="hierarchical")),
    "empty manager": (Kind.HIERARCHICAL_WITHOUT_MANAGER, crew(process="hierarchical", manager_llm="")),
    "conditional first": (
        Kind.CONDITIONAL_FIRST,
        crew(task(type="conditional", condition={"python": "checks.always"}), task("two")),
    ),
    "conditional async": (
        Kind.CONDITIONAL_ASYNC,
        crew(
            task(),
            task("two", type="conditional", condition={"python": "checks.always"}, async_execution=True),
            task("three"),
        ),
    ),
    "tasks as mapping": (
        Kind.TASKS_AS_MAPPING,
        {"agents": {"a": AGENT}, "tasks": {"one": without(task(), "name")}},
    ),
    "two output types": (
        Kind.TWO_OUTPUT_TYPES,
        crew(task(output_json=SCHEMA, output_pydantic=deepcopy(SCHEMA))),
    ),
    "no agent": (Kind.TASK_WITHOUT_AGENT, crew(task(agent=None))),
    "guardrail without agent": (
        Kind.GUARDRAIL_WITHOUT_AGENT,
        crew(task(agent=None, guardrail="Be short."), process="hierarchical", manager_llm="gpt-4o"),
    ),
    "unknown tool": (Kind.UNKNOWN_TOOL, crew(agent={"tools": ["SerperDevTol"]})),
    "no custom tool": (Kind.UNKNOWN_TOOL, crew(agent={"tools": ["custom:nothing"]})),
    "custom name": (Kind.UNKNOWN_TOOL, crew(task(tools=["custom:no-such"]))),
    "no platform app": (Kind.UNKNOWN_TOOL, crew(agent={"tools": ["platform:"]})),
    "no module": (Kind.BROKEN_REFERENCE, crew(task(guardrail={"python": "nothing.check"}))),
    "no such function": (Kind.BROKEN_REFERENCE, crew(task(guardrail={"python": "checks.nothing"}))),
    "function for a class": (
        Kind.BROKEN_REFERENCE,
        crew(task(output_pydantic={"python": "checks.accepts"})),
    ),
    "function for an object": (
        Kind.BROKEN_REFERENCE,
        crew(agent={"security_config": {"python": "checks.accepts"}}),
    ),
    "no dot": (Kind.BROKEN_REFERENCE, crew(task(guardrail={"python": "check"}))),
    "another key": (Kind.BROKEN_REFERENCE, crew(task(guardrail={"python": "checks.accepts", "x": 1}))),
}
"""Mistakes CrewAI refuses when it loads the crew."""


READ_BY_NOBODY: dict[str, Definition] = {
    "agent iterations": crew(agent={"max_iter": "many"}),
    "context as text": crew(task(), task("two", context="one")),
    "tools as text": crew(agent={"tools": "SerperDevTool"}),
    "unknown process": crew(process="consensual"),
    "unknown agent": crew(task(agent="nobody")),
    "no tasks": {"agents": {"a": AGENT}, "tasks": []},
    "task name is a number": crew({**task(), "name": 5}),
    "input files as list": crew(task(input_files=["x.txt"])),
}
"""Mistakes crewprof's loader already refuses, as CrewAI does."""


CRASHES: dict[str, tuple[Kind, Definition]] = {
    "async on one agent": (
        Kind.ASYNC_ON_ONE_AGENT,
        crew(task(async_execution=True), task("two", async_execution=True), task("three")),
    ),
    "missing input in a task": (
        Kind.MISSING_INPUT,
        crew({**task(), "description": "Do {topic}."}, inputs={"x": 1}),
    ),
    "missing input in an idle agent": (
        Kind.MISSING_INPUT,
        crew(task(agent="b"), agent={"goal": "Do {topic}."}, inputs={"x": 1}),
    ),
    "missing input in a file name": (
        Kind.MISSING_INPUT,
        crew(task(output_file="{topic}.md"), inputs={"x": 1}),
    ),
    "manager with tools": (
        Kind.MANAGER_WITH_TOOLS,
        crew(agent={"tools": ["FileReadTool"]}, process="hierarchical", manager_agent="a")
        | {"tasks": [task(agent="b")]},
    ),
    "no condition": (
        Kind.CONDITIONAL_WITHOUT_CONDITION,
        crew(task(), task("two", type="conditional")),
    ),
    "condition as text": (
        Kind.CONDITIONAL_WITHOUT_CONDITION,
        crew(task(), task("two", type="conditional", condition="always")),
    ),
    "no time": (Kind.IMPOSSIBLE_LIMIT, crew(agent={"max_execution_time": 0})),
    "no iteration": (Kind.IMPOSSIBLE_LIMIT, crew(agent={"max_iter": 0})),
}
"""Mistakes CrewAI loads and then fails on."""


NEAR_MISSES: dict[str, Definition] = {
    "no iteration of an agent without tasks": crew(task(agent="b"), agent={"max_iter": 0}),
    "settings": crew(agent={"settings": {"max_iter": 3, "verbose": False}}),
    "nothing among callbacks": crew(after_kickoff_callbacks=[None], before_kickoff_callbacks=[None]),
    "unknown key in config": crew(agent={"config": {"colour": "red"}}),
    "nulls": crew(task(output_file=None, markdown=None), agent={"max_iter": None, "verbose": None}),
    "flags as text": crew(task(async_execution="no", markdown="yes"), agent={"max_iter": "3"}),
    "named by class": crew(task(type="Task"), agent={"type": "crewai.Agent"}),
    "one async at the end": crew(task(), task("two", "b", async_execution=True)),
    "async context joined": crew(
        task(async_execution=True),
        task("two", "b"),
        task("three", "b", async_execution=True, context=["one"]),
    ),
    "async on one agent, apart": crew(
        task(async_execution=True), task("two", "b"), task("three", async_execution=True)
    ),
    "async and sync on one agent": crew(task(async_execution=True), task("two")),
    "two tasks of one name": crew(task(), task(), task("two", context=["one"])),
    "inputs fit": crew(
        {**task(), "description": "Do {topic} {n} {l}."}, inputs={"topic": "x", "n": None, "l": [1]}
    ),
    "no inputs": crew({**task(), "description": "Do {topic}."}),
    "braces that are no placeholder": crew(
        {**task(), "description": 'Do {"a": 1} { b } {}.'}, inputs={"topic": "x"}
    ),
    "manager without its own task": crew(task(agent="b"), process="hierarchical", manager_agent="a"),
    "manager in a sequential crew": crew(task(agent="b"), manager_llm="gpt-4o"),
    "class name as text": crew(task(output_json="A", output_pydantic="B")),
    "guardrails in words": crew(task(guardrails="Be short.")),
    "tool names": crew(agent={"tools": ["FileRead", "directory_read", "crewai_tools:FileReadTool", ""]}),
    "conditional": crew(task(), task("two", type="ConditionalTask", condition={"python": "checks.never"})),
    "output_file": crew(task(output_file="/out/{topic}.md")),
}
"""Crews like the mistakes that CrewAI takes and runs to the end."""
