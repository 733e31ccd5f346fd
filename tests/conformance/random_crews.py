"""Hypothesis strategies for crew definitions, as the plain data of a ``crew.yaml``.

Definitions are shaped like those people write and cover every field crewprof models. By default they
are valid for CrewAI's loader; ``flawed_definitions`` adds the mistakes CrewAI refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from hypothesis import strategies as st

from tests.conformance.project import CUSTOM_TOOLS

Definition: TypeAlias = "dict[str, Any]"

WORDS = (
    "market",
    "report",
    "Analyse",
    "données",
    "résumé",
    "分析",
    "emoji 🙂",
    "e.g.",
    "{x}",
    "100%",
    "x-driven",
)
TEXTS = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join),
    st.sampled_from(
        [
            "Write about {topic}.\n",
            "Collect facts.\n- one\n- two\n\n",
            "  indented text ",
            'Return {"a": 1, "b": [2]} as JSON.',
            "Use {tools} and {tool_names} for {input}.",
            "A 3-paragraph summary in {language}.",
            "It's 5 o'clock; don't wait…",
        ]
    ),
)
"""Authors' texts: several scripts, placeholders, braces, trailing and leading blanks."""

INPUTS: Definition = {
    "topic": "AI agents",
    "language": "français",
    "x": 3,
    "tools": "hammers",
    "tool_names": "names of {tools}",
    "input": "input",
}
MODELS = ("gpt-4o", "openai/gpt-4o-mini", "gpt-4.1-mini", "gpt-4")
PLANNING: tuple[Definition, ...] = (
    {"planning": True},
    {"reasoning": True, "max_reasoning_attempts": 2},
    {"planning_config": {"reasoning_effort": "high", "max_steps": 5, "max_attempts": 1}},
    {"planning_config": {"observe_steps": False, "max_attempts": 2}},
)
LIBRARY_TOOLS = ("FileReadTool", "DirectoryReadTool", "ScrapeWebsiteTool", "FileWriterTool")
SCHEMAS: tuple[Definition, ...] = (
    {
        "title": "Report",
        "type": "object",
        "properties": {
            "title": {"type": "string", "description": "the title"},
            "score": {"type": "integer"},
        },
        "required": ["title", "score"],
    },
    {
        "title": "Findings",
        "type": "object",
        "description": "What was found.",
        "properties": {
            "items": {"type": "array", "items": {"type": "string"}},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        },
        "required": ["items"],
    },
)


@dataclass(frozen=True)
class Features:
    """What random crews may use; every field is a share of crews or tasks between 0 and 1."""

    tools: float = 0.4
    delegation: float = 0.2
    structured: float = 0.25
    guardrail: float = 0.1
    templates: float = 0.1
    asynchronous: float = 0.3
    conditional: float = 0.1
    hierarchical: float = 0.15
    memory: float = 0.0
    planning: float = 0.0
    agent_planning: float = 0.0
    max_tasks: int = 6


def definitions(features: Features = Features()) -> st.SearchStrategy[Definition]:
    """Crew definitions that CrewAI's loader takes (a few may still fail when run)."""
    return _definitions(features)


@st.composite
def _definitions(draw: st.DrawFn, features: Features) -> Definition:
    names = [f"agent_{number}" for number in range(draw(st.integers(1, 4)))]
    agents = {name: draw(_agents(name, features)) for name in names}
    hierarchical = draw(_chance(features.hierarchical))
    tasks: list[Definition] = []
    for number in range(draw(st.integers(1, features.max_tasks))):
        tasks.append(draw(_tasks(number, names, tasks, features, hierarchical)))
    _end_with_one_async(tasks)
    definition: Definition = {"agents": agents, "tasks": tasks}
    if draw(_chance(0.6)):
        definition["inputs"] = dict(INPUTS)
    if hierarchical:
        definition.update(process="hierarchical", **draw(_manager(agents, features)))
    if draw(_chance(0.2)):
        definition["agents"] = [{"name": name, **agent} for name, agent in agents.items()]
    if draw(_chance(features.memory)):
        definition["memory"] = True
    if draw(_chance(features.planning)):
        definition["planning"] = True
    return definition


def _chance(share: float) -> st.SearchStrategy[bool]:
    if share <= 0:
        return st.just(False)
    return st.integers(0, 99).map(lambda number: number >= 100 - round(share * 100))


@st.composite
def _agents(draw: st.DrawFn, name: str, features: Features) -> Definition:
    agent: Definition = {
        "role": f"{draw(TEXTS)} {name}",
        "goal": draw(TEXTS),
        "backstory": draw(TEXTS),
        "llm": draw(st.sampled_from(MODELS)),
    }
    if draw(_chance(features.tools)):
        agent["tools"] = draw(_tools())
    if draw(_chance(features.delegation)):
        agent["allow_delegation"] = True
    if draw(_chance(0.1)):
        agent["use_system_prompt"] = False
    if draw(_chance(0.1)):
        agent["inject_date"] = True
        agent["date_format"] = draw(st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%B %d, %Y", "no codes"]))
    if draw(_chance(features.templates)):
        agent.update(draw(_templates()))
    if draw(_chance(0.15)):
        agent["max_iter"] = draw(st.integers(1, 5))
    if draw(_chance(features.agent_planning)):
        agent.update(draw(st.sampled_from(PLANNING)))
    return agent


def _templates() -> st.SearchStrategy[Definition]:
    system = st.sampled_from(["<s>{{ .System }}</s>", "SYSTEM {{ .System }} {role}"])
    prompt = st.sampled_from(["<u>{{ .Prompt }}</u>", "USER: {{ .Prompt }} of {goal}"])
    response = st.sampled_from(["<a>{{ .Response }}</a>", "ANSWER {{ .Response }} END"])
    return st.fixed_dictionaries(
        {}, optional={"system_template": system, "prompt_template": prompt, "response_template": response}
    )


def _tools() -> st.SearchStrategy[list[str]]:
    every = [f"custom:{name}" for name in CUSTOM_TOOLS] + list(LIBRARY_TOOLS)
    return st.lists(st.sampled_from(every), max_size=3)


@st.composite
def _tasks(
    draw: st.DrawFn,
    number: int,
    agents: list[str],
    earlier: list[Definition],
    features: Features,
    hierarchical: bool,
) -> Definition:
    task: Definition = {
        "name": f"task_{number}",
        "description": draw(TEXTS),
        "expected_output": draw(TEXTS),
    }
    is_assigned = not hierarchical or draw(_chance(0.5))
    if is_assigned:
        task["agent"] = draw(st.sampled_from(agents))
    if len(earlier) > 0 and draw(_chance(features.conditional)):
        task["type"] = "conditional"
        task["condition"] = {"python": draw(st.sampled_from(["checks.always", "checks.never"]))}
    elif draw(_chance(features.asynchronous)):
        task["async_execution"] = True
    task.update(draw(_context(task, earlier)))
    if draw(_chance(features.tools / 2)):
        task["tools"] = draw(_tools())
    if draw(_chance(features.structured)):
        kind = draw(st.sampled_from(["output_pydantic", "output_json", "response_model"]))
        task[kind] = draw(st.sampled_from(SCHEMAS))
    if task.get("agent") and draw(_chance(features.guardrail)):
        task["guardrail"] = draw(st.sampled_from(["Be short.", {"python": "checks.accepts"}]))
    if draw(_chance(0.15)):
        task["markdown"] = True
    return task


@st.composite
def _context(draw: st.DrawFn, task: Definition, earlier: list[Definition]) -> Definition:
    """Unspecified, null, none, or earlier tasks in any order, repeated perhaps."""
    kind = draw(st.sampled_from(["unspecified", "unspecified", "null", "empty", "names"]))
    if kind == "null":
        return {"context": None}
    if kind == "empty":
        return {"context": []}
    allowed = _allowed_context(task, earlier)
    if kind == "names" and allowed:
        return {"context": draw(st.lists(st.sampled_from(allowed), min_size=1, max_size=4))}
    return {}


def _allowed_context(task: Definition, earlier: list[Definition]) -> list[str]:
    if not task.get("async_execution"):
        return [one["name"] for one in earlier]
    joined = len(earlier)
    while joined and earlier[joined - 1].get("async_execution"):
        joined -= 1
    return [one["name"] for one in earlier[:joined]]


def _end_with_one_async(tasks: list[Definition]) -> None:
    for task in reversed(tasks[:-1]):
        if not (tasks[-1].get("async_execution") and task.get("async_execution")):
            return
        del task["async_execution"]


@st.composite
def _manager(draw: st.DrawFn, agents: dict[str, Definition], features: Features) -> Definition:
    if draw(_chance(0.7)):
        return {"manager_llm": draw(st.sampled_from(MODELS))}
    manager: Definition = {**draw(_agents("manager", features)), "tools": []}
    agents["manager"] = manager
    return {"manager_agent": "manager"}


FLAWS = (
    "unknown agent key",
    "unknown task key",
    "unknown crew key",
    "unknown agent",
    "unknown context",
    "later context",
    "missing role",
    "two async tasks at the end",
    "async in async context",
    "hierarchical without manager",
    "task without agent",
    "first task conditional",
)


@st.composite
def flawed_definitions(draw: st.DrawFn, features: Features = Features()) -> Definition:
    """A definition with one mistake out of ``FLAWS``."""
    definition = draw(definitions(features))
    flaw = draw(st.sampled_from(FLAWS))
    _spoil(definition, flaw)
    return definition


def _spoil(definition: Definition, flaw: str) -> None:
    tasks: list[Definition] = definition["tasks"]
    agents = definition["agents"]
    agent: Definition = agents[0] if isinstance(agents, list) else next(iter(agents.values()))
    worker = next(task["agent"] for task in [*tasks, {"agent": "agent_0"}] if task.get("agent"))
    extra = {"description": "More.", "expected_output": "More.", "agent": worker}
    extra_async = {**extra, "async_execution": True}
    match flaw:
        case "hierarchical without manager":
            definition["process"] = "hierarchical"
            definition.pop("manager_llm", None)
            definition.pop("manager_agent", None)
        case "two async tasks at the end":
            tasks.extend({**extra_async, "name": name} for name in ("tail_0", "tail_1"))
        case "async in async context":
            tasks.append({**extra_async, "name": "tail_0"})
            tasks.append({**extra_async, "name": "tail_1", "context": ["tail_0"]})
            tasks.append({**extra, "name": "tail_2"})
        case "missing role":
            del agent["role"]
        case "task without agent":
            tasks[-1].pop("agent", None)
        case _:
            target, key, value = {
                "unknown agent key": (agent, "backstroy", "x"),
                "unknown task key": (tasks[-1], "expectedoutput", "x"),
                "unknown crew key": (definition, "proces", "sequential"),
                "unknown agent": (tasks[-1], "agent", "nobody"),
                "unknown context": (tasks[-1], "context", ["nothing"]),
                "later context": (tasks[0], "context", [tasks[-1]["name"]]),
                "first task conditional": (tasks[0], "type", "conditional"),
            }[flaw]
            target[key] = value
