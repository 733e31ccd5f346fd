"""What a coworker does with work handed to it.

Source: ``BaseAgentTool._execute`` (crewai/tools/agent_tools/base_agent_tools.py): a task made of the words of
the delegating agent, run by the coworker with its own tools alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.semantics.call import CallKind, CallRule, Driver, Slot
from crewprof.semantics.memory_calls import delegated_memory_rules
from crewprof.semantics.prompt import composed, recalled
from crewprof.semantics.runner import coworkers_of, worker, worker_tools
from crewprof.semantics.segments import fill, framework, slot, text

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew, Task
    from crewprof.semantics.call import Prompt
    from crewprof.semantics.prompt_setting import PromptSetting
    from crewprof.semantics.runner import Runner


def delegation_rules(
    crew: Crew, task: Task, runner: Runner, setting: PromptSetting, *, most: int
) -> tuple[CallRule, ...]:
    """The run of a coworker for each delegation, at most ``most`` of them.

    Which coworker is asked only the run decides: the one whose tools are most is taken, the first of equals.
    """
    coworkers = coworkers_of(crew, task, runner)
    known = [found for one in coworkers if (found := crew.worker(one.name)) is not None]
    asked = worker(crew, max(known, key=lambda one: len(one.tools)).name) if known else None
    if asked is None:
        return ()
    limit = asked.settings.max_iter
    calls = 1
    if asked.settings.tools:
        # With tools a coworker may turn up to its limit, and then is asked once more for its answer.
        calls = 1 + (setting.behavior.max_iter if limit is None else max(1, limit))
    return (
        CallRule(
            CallKind.WORKER,
            asked.name,
            asked.llm,
            handed_over(crew, asked, setting),
            Driver.DELEGATION,
            least=0,
            most=most * calls,
        ),
        *delegated_memory_rules(crew, task, asked, setting, most=most),
    )


def handed_over(crew: Crew, coworker: Runner, setting: PromptSetting) -> Prompt:
    """The first request of ``coworker`` for work that is handed to it."""
    texts = setting.texts
    expected = framework(texts.get("slices.manager_request"))
    asked = slot("task", Slot("step")) + text("\n", "framework")
    asked += fill(framework(texts.get("slices.expected_output")), {"expected_output": expected})
    values = {"task": asked, "context": slot("context", Slot("step"))}
    asked = fill(framework(texts.get("slices.task_with_context")), values)
    asked += recalled(crew, coworker, setting)
    return composed(crew, coworker, asked, worker_tools(crew, coworker), setting)
