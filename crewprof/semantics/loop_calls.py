"""The later requests of a tool loop: everything sent before, and what the last turn added.

Sources: ``execute_native_tool``, ``execute_tool_action``, ``ensure_force_final_answer``
(crewai/agents/agent_executor.py), ``handle_max_iterations_exceeded`` (crewai/utilities/agent_utils.py).
Without function calling the text about the tools is sent again after every third use of a tool
(crewai/tools/tool_usage.py); it is left out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import replace
from crewprof.semantics.call import PromptMessage, Slot
from crewprof.semantics.segments import framework, slot, text

if TYPE_CHECKING:
    from crewprof.semantics.call import Prompt
    from crewprof.semantics.prompt_setting import PromptSetting
    from crewprof.semantics.segments import Segments


def turn_with_tool(prompt: Prompt, setting: PromptSetting) -> Prompt:
    """The request after the first use of a tool."""
    return _after(prompt, slot("tools", Slot("tool_result")), setting)


def turn_with_delegation(prompt: Prompt, setting: PromptSetting) -> Prompt:
    """The request after a coworker's answer."""
    return _after(prompt, slot("tools", Slot("answer")), setting)


def _after(prompt: Prompt, result: Segments, setting: PromptSetting) -> Prompt:
    step = slot("tools", Slot("step"))
    if prompt.layout == "native":
        added = [PromptMessage("assistant", step), PromptMessage("tool", result)]
    else:
        observation = framework(setting.texts.get("slices.observation")) + text(" ", "framework")
        added = [PromptMessage("assistant", step + observation + result)]
    behavior = setting.behavior
    if behavior.native_post_tool_message if prompt.layout == "native" else behavior.react_post_tool_message:
        added.append(PromptMessage("user", framework(setting.texts.get("slices.post_tool_reasoning"))))
    return replace(prompt, messages=(*prompt.messages, *added))


def forced_final(prompt: Prompt, setting: PromptSetting) -> Prompt:
    """The request for an answer at the iteration limit: without tools on the wire."""
    turned = turn_with_tool(prompt, setting)
    demand = PromptMessage("user", framework(setting.texts.get("errors.force_final_answer")))
    return replace(turned, messages=(*turned.messages, demand), tools=(), unseen=(), response_schema=None)
