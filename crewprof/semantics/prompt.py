"""The first request of a task, word for word.

What belongs to which part: *role* is role, goal and backstory with the agent's templates and skills; *task*
is the description, the expected output and the author's output schema; *tools* are definitions of tools and
the text about tools in prompts without function calling; *context* is the outputs of other tasks and the
dividers between them; *memory* is what memory and knowledge recall, with CrewAI's words around it;
*framework* is every other word of CrewAI's.

Sources: ``Agent.execute_task`` (crewai/agent/core.py, utils.py), ``Task.prompt`` (crewai/task.py),
``Prompts`` (crewai/utilities/prompts.py), ``_setup_messages`` (crewai/agents/agent_executor.py).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, Literal

from crewprof.quick_dataclasses import replace
from crewprof.semantics.call import Prompt, PromptMessage, Segment, Slot
from crewprof.semantics.context import contexts_of
from crewprof.semantics.framework_tools import APPS, SERVERS
from crewprof.semantics.interpolation import interpolated
from crewprof.semantics.json_schema import described, response_schema
from crewprof.semantics.prompt_setting import PromptSetting
from crewprof.semantics.runner import Runner, has_memory, runner_of, tools_of
from crewprof.semantics.schedule import is_first
from crewprof.semantics.segments import Segments, fill, framework, joined, names, slot, stripped, text
from crewprof.semantics.skills import skill_block, skills_of
from crewprof.semantics.tool_specs import definitions, names_in_text, tools_in_text
from crewprof.semantics.type_names import fields_by_type

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from crewprof.crew.definition import Agent, Crew, OutputSchema, Task
    from crewprof.semantics.behavior import Behavior
    from crewprof.semantics.texts import Texts
    from crewprof.semantics.tool_specs import ToolSpec

DIVIDER: Final = "\n\n----------\n\n"
"""Between the outputs in a context (crewai/utilities/formatter.py)."""

_DATE_CODES: Final = ("%Y", "%m", "%d", "%H", "%M", "%S", "%B", "%b", "%A", "%a")
_DATE_FORMAT: Final = "%Y-%m-%d"
_ORDERED_FIELDS: Final = ("role", "goal", "backstory")


def first_call(
    crew: Crew, task: Task, *, texts: Texts, behavior: Behavior, function_calling: bool, today: date
) -> Prompt:
    """The first request CrewAI makes for ``task`` in the course of its work on it.

    Requests that prepare it (planning, memory, knowledge) are not meant. ``function_calling`` says whether
    the model of the agent that runs the task supports it. Roles and texts that are unknown count as empty
    and are named in ``gaps``.
    """
    setting = PromptSetting(texts, behavior, today, lambda _: function_calling)
    runner = runner_of(crew, task, texts)
    if runner is None:
        return Prompt((), gaps=(f"task '{task.name}' has no agent",))
    return prompt_for(crew, task, runner, setting, context_of(crew, task, behavior))


def prompt_for(crew: Crew, task: Task, runner: Runner, setting: PromptSetting, context: Segments) -> Prompt:
    """The request that puts ``task``, with ``context``, to ``runner``."""
    tools = tools_of(crew, task, runner, setting.texts, setting.behavior)
    asked = task_prompt(crew, task, runner, setting, context)
    prompt = composed(crew, runner, asked, tools, setting)
    # With tools the executor sends no ``response_model`` (``effective_response_model``,
    # crewai/agents/agent_executor.py, 1.15.30).
    if setting.behavior.structured_calls and not tools:
        schema = task.response_model or task.output_pydantic or task.output_json
        prompt = replace(prompt, response_schema=sent_schema(schema))
    return replace(prompt, gaps=(*_unknown_texts(task, runner), *prompt.gaps))


def composed(
    crew: Crew,
    runner: Runner,
    asked: Segments,
    tools: Sequence[ToolSpec],
    setting: PromptSetting,
) -> Prompt:
    """The messages that put ``asked`` (the whole task) to ``runner``."""
    layout = layout_of(runner, tools, setting)
    unseen = unseen_of(tools)
    gaps = tuple(f"the tool {spec.reference} is a stand-in" for spec in tools if not _is_spoken_of(spec))
    # An MCP server or app may bring any number of tools: their definitions are estimated as a slot of their
    # own, so the one that stands for them here must not be counted too.
    tools = [spec for spec in tools if spec.reference not in unseen]
    parts = _prompt_parts(crew, runner, tools, layout, setting)
    messages = tuple(
        PromptMessage(role, stripped(_formatted(content, asked, tools, setting))) for role, content in parts
    )
    return Prompt(
        messages=messages,
        tools=definitions(tools, setting.behavior) if layout == "native" else (),
        layout=layout,
        gaps=gaps,
        unseen=unseen,
    )


def unseen_of(tools: Sequence[ToolSpec]) -> tuple[str, ...]:
    """The MCP servers and apps among ``tools``, whose definitions only a run shows."""
    return tuple(spec.reference for spec in tools if spec.added_by in (APPS, SERVERS))


def _is_spoken_of(spec: ToolSpec) -> bool:
    """Whether a tool is known, or an MCP server or app, of which the report speaks by itself."""
    return spec.known or spec.added_by in (APPS, SERVERS)


def layout_of(
    runner: Runner, tools: Sequence[ToolSpec], setting: PromptSetting
) -> Literal["plain", "native", "react"]:
    """How tools are presented to ``runner``."""
    if not tools:
        return "plain"
    return "native" if setting.behavior.native_tools and setting.calls_functions(runner.llm) else "react"


def _prompt_parts(
    crew: Crew,
    runner: Runner,
    tools: Sequence[ToolSpec],
    layout: Literal["plain", "native", "react"],
    setting: PromptSetting,
) -> list[tuple[Literal["system", "user"], Segments]]:
    texts, agent = setting.texts, runner.settings
    about = {"plain": "no_tools", "native": None, "react": "tools"}[layout]
    opening = framework(texts.get("slices.role_playing"))
    opening += (
        framework(texts.get(f"slices.{about}"), "tools" if about == "tools" else "framework") if about else ()
    )
    closing = framework(texts.get(_closing(layout, texts)))
    extras = _skills(crew, runner, tools, texts) + _date(agent, setting)
    if not agent.system_template and not agent.prompt_template and agent.use_system_prompt:
        return [("system", acted(opening, runner) + extras), ("user", acted(closing, runner))]
    if agent.system_template and agent.prompt_template:
        # The slice called "task" is left out of the system part, so the task stands there too when
        # another slice asks for it, and the prompt part always is that slice.
        whole = opening if _closing(layout, texts) == "slices.task" else opening + closing
        content = _templated(agent, whole, framework(texts.get("slices.task")))
    else:
        content = opening + closing
    return [("user", acted(content, runner) + extras)]


def _closing(layout: Literal["plain", "native", "react"], texts: Texts) -> str:
    if layout == "native":
        return "slices.native_task"
    if layout == "plain" and texts.has("slices.task_no_tools"):
        return "slices.task_no_tools"
    return "slices.task"


def _templated(agent: Agent, system: Segments, task: Segments) -> Segments:
    before, around = (agent.place_of(key) for key in ("system_template", "prompt_template"))
    first = fill(text(agent.system_template or "", "role", before), {"{ .System }": system})
    second = fill(text(agent.prompt_template or "", "role", around), {"{ .Prompt }": task})
    pieces = [first, second]
    if agent.response_template:
        opening = agent.response_template.split("{{ .Response }}")[0]
        pieces.append(text(opening, "role", agent.place_of("response_template")))
    return joined(pieces, text("\n", "role"))


def acted(content: Segments, runner: Runner) -> Segments:
    """The persona put in: goal, role, backstory, one after the other, also into each other."""
    persona = runner.persona
    # In the order of ``Prompts._build_prompt`` (1.15.30): a goal that says ``{role}`` gets the role put in, a
    # role that says ``{goal}`` keeps the braces.
    for name, value in (("goal", persona.goal), ("role", persona.role), ("backstory", persona.backstory)):
        content = fill(content, {name: value})
    return content


def _formatted(
    content: Segments, asked: Segments, tools: Sequence[ToolSpec], setting: PromptSetting
) -> Segments:
    """Task and tools put in, one after the other, also where authors' texts or outputs name them."""
    # In the order of ``AgentExecutor._format_prompt`` (1.15.30): a task, or an output it receives, that says
    # ``{tools}`` gets the text of the tools put in.
    content = fill(content, {"input": asked})
    if names(content, "tool_names"):
        content = fill(content, {"tool_names": names_in_text(tools, setting.behavior)})
    if names(content, "tools"):
        content = fill(content, {"tools": tools_in_text(tools, setting.behavior)})
    return content


def _skills(crew: Crew, runner: Runner, tools: Sequence[ToolSpec], texts: Texts) -> Segments:
    loader = next((spec.name for spec in tools if spec.added_by == "skills"), "load_skill")
    return skill_block(skills_of(crew, runner.settings), loader, texts)


def _date(agent: Agent, setting: PromptSetting) -> Segments:
    if not setting.behavior.date_in_system:
        return ()
    return _date_line(agent, setting.today)


def _date_line(agent: Agent, today: date) -> Segments:
    form = _DATE_FORMAT if agent.date_format is None else agent.date_format
    # CrewAI takes a format without any of these codes for a mistake: it warns and adds no date
    # (``Prompts._build_date_block``, 1.15.30).
    if not agent.inject_date or not any(code in form for code in _DATE_CODES):
        return ()
    return text(f"\n\nCurrent Date: {today.strftime(form)}", "framework")


def task_prompt(
    crew: Crew, task: Task, runner: Runner, setting: PromptSetting, context: Segments
) -> Segments:
    """The task with all that is said with it: ``{input}`` of the prompt."""
    known = () if task.is_message else _known(crew, runner)
    return prompt_before_knowledge(crew, task, runner, setting, context) + known


def prompt_before_knowledge(
    crew: Crew, task: Task, runner: Runner, setting: PromptSetting, context: Segments
) -> Segments:
    """The same without what knowledge adds, as the query for it is made from it."""
    texts = setting.texts
    if task.is_message:
        message = text(task.description or "", "task", task.place_of("description"))
        return message + _remembered(crew, runner, setting, task)
    asked = description_of(crew, task)
    if not setting.behavior.date_in_system:
        asked += _date_line(runner.settings, setting.today)
    asked += _input_files(task)
    wanted = interpolated(task.expected_output or "", crew.inputs)
    expected = text(wanted, "task", task.place_of("expected_output"))
    line = text("\n", "framework")
    asked += line + fill(framework(texts.get("slices.expected_output")), {"expected_output": expected})
    if task.markdown:
        asked += line + framework(texts.get("code.markdown"))
    asked += _schema_text(task, setting)
    if context:
        asked = fill(framework(texts.get("slices.task_with_context")), {"task": asked, "context": context})
    return asked + _remembered(crew, runner, setting, task)


def description_of(crew: Crew, task: Task) -> Segments:
    """A task's description, to which crew planning adds its plan."""
    planned = slot("task", Slot("plan")) if crew.planning else ()
    place = task.place_of("description")
    return text(interpolated(task.description or "", crew.inputs), "task", place) + planned


def recalled(crew: Crew, runner: Runner, setting: PromptSetting) -> Segments:
    """What memory and knowledge add to work handed to ``runner`` in the course of a task."""
    return _remembered(crew, runner, setting, None) + _known(crew, runner)


def _known(crew: Crew, runner: Runner) -> Segments:
    if not crew.knowledge_sources and not runner.settings.knowledge_sources:
        return ()
    return text("Additional Information: ", "memory") + slot("memory", Slot("knowledge"))


def _remembered(crew: Crew, runner: Runner, setting: PromptSetting, task: Task | None) -> Segments:
    if not has_memory(crew, runner):
        return ()
    if task is not None and is_first(crew, task):
        # In a first run the store is still empty, and CrewAI adds none of its words about it.
        return slot("memory", Slot("memory_at_start"))
    template = framework(setting.texts.get("slices.memory"), "memory")
    return fill(template, {"memory": slot("memory", Slot("memory"))})


def context_of(crew: Crew, task: Task, behavior: Behavior) -> Segments:
    """The outputs ``task`` receives, with the dividers between them."""
    sources = contexts_of(crew, behavior)[task.name].sources
    # One slot for all of them: of a thousand tasks that each receive every earlier output, single slots would
    # be half a million segments.
    if len(sources) > 1:
        return slot("context", Slot("outputs", tasks=sources))
    return tuple(one for name in sources for one in _output(crew, name))


def _output(crew: Crew, name: str) -> Segments:
    return slot("context", Slot("output", name), crew.task(name).place)


def spelled_out(crew: Crew, prompt: Prompt) -> Prompt:
    """``prompt`` with every output a segment of its own, and every divider."""
    return replace(
        prompt,
        messages=tuple(
            replace(
                message,
                segments=tuple(one for segment in message.segments for one in _spelled_out(crew, segment)),
            )
            for message in prompt.messages
        ),
    )


def _spelled_out(crew: Crew, segment: Segment) -> Segments:
    content = segment.content
    if not isinstance(content, Slot) or content.of != "outputs":
        return (segment,)
    return joined([_output(crew, name) for name in content.tasks], text(DIVIDER, "context"))


def _schema_text(task: Task, setting: PromptSetting) -> Segments:
    schema = task.output_json or task.output_pydantic
    template = setting.texts.get("slices.formatted_task_instructions")
    if schema is None or task.response_model is not None or schema.json_schema is None or not template:
        return ()
    behavior = setting.behavior
    if behavior.schema_in_prompt:
        asked = json.dumps(described(schema.json_schema, keep_null=behavior.schema_keeps_null), indent=2)
    else:
        asked = fields_by_type(schema.json_schema)
    return text("\n", "framework") + fill(
        framework(template), {"output_format": text(asked, "task", schema.place)}
    )


def _input_files(task: Task) -> Segments:
    """The list of files that come with the task, as for a model that does not take them directly."""
    if not task.input_files:
        return ()
    lines = ["Available input files (use the name in quotes with read_file tool):"]
    lines += [f'  - "{name}" ({name})' for name in task.input_files]
    return text("\n\n" + "\n".join(lines), "framework")


def sent_schema(schema: OutputSchema | None) -> OutputSchema | None:
    """An output schema as it is sent in ``response_format``."""
    if schema is None or schema.json_schema is None:
        return schema
    return replace(schema, json_schema=response_schema(schema.json_schema))


def _unknown_texts(task: Task, runner: Runner) -> tuple[str, ...]:
    gaps = ["what CrewAI says of input files"] if task.input_files else []
    asked = ("description",) if task.is_message else ("description", "expected_output")
    gaps += [f"the {name} of task '{task.name}' is unknown" for name in asked if getattr(task, name) is None]
    if runner.agent is not None:
        gaps += [
            f"the {name} of agent '{runner.name}' is unknown"
            for name in _ORDERED_FIELDS
            if getattr(runner.agent, name) is None
        ]
    return tuple(gaps)
