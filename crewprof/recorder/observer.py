"""From CrewAI's events to the lines of the profile.

Called in the thread that does the work, so that what is running there says whose call it is.
"""

from __future__ import annotations

import contextvars
import itertools
import os
import time
import uuid
from typing import TYPE_CHECKING, Any

from . import kinds
from .crews import ALONE_TASK, Crews, KickoffOf, TaskOf, role_of
from .hidden import known_secrets, readable
from .open_calls import OpenCall, OpenTools, Running, Whose, model_name, most_tokens, size_of
from .sizes import about_tokens
from .usage import Usage, total_of, usage_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .budget import Budget
    from .profile_file import ProfileFile


_AGENTS_OWN = (
    kinds.TASK,
    kinds.TOOL_TURN,
    kinds.FORCED_ANSWER,
    kinds.CONVERTER,
    kinds.KNOWLEDGE,
    kinds.SUMMARY,
)
"""Kinds of calls that an agent's own model answers, though CrewAI names no agent for some."""
_numbers = itertools.count()


class Observer:
    """Writes down what the events of one process say; ``budget`` may stop it."""

    def __init__(self, file: ProfileFile, *, with_text: bool = False, budget: Budget | None = None) -> None:
        self.file = file
        self.with_text = with_text
        self.budget = budget
        self.crews = Crews()
        self.finished: list[tuple[str, str]] = []
        self._secrets = known_secrets() if with_text else ()
        self._calls: dict[str, OpenCall] = {}
        self._tools = OpenTools()
        number = next(_numbers)
        self._kickoff: contextvars.ContextVar[KickoffOf | None]
        self._kickoff = contextvars.ContextVar(f"crewprof_kickoff_{number}", default=None)
        self._current: contextvars.ContextVar[OpenCall | None]
        self._current = contextvars.ContextVar(f"crewprof_call_{number}", default=None)
        self._running: contextvars.ContextVar[Running | None]
        self._running = contextvars.ContextVar(f"crewprof_running_{number}", default=None)
        self.heard: dict[str, Callable[[Any, Any], None]] = {
            "crew_kickoff_started": self._kickoff_started,
            "crew_kickoff_completed": self._kickoff_ended,
            "crew_kickoff_failed": self._kickoff_ended,
            "task_started": self._task_started,
            "task_completed": self._task_ended,
            "task_failed": self._task_ended,
            "lite_agent_execution_started": self._alone_started,
            "lite_agent_execution_completed": self._alone_ended,
            "lite_agent_execution_error": self._alone_ended,
            "llm_call_started": self._call_started,
            "llm_call_completed": self._call_completed,
            "llm_call_failed": self._call_failed,
            "tool_usage_started": self._tool_started,
            "tool_usage_finished": self._tool_ended,
            "tool_usage_error": self._tool_ended,
        }

    # --- crews and tasks

    def _kickoff_started(self, crew: Any, event: Any) -> None:
        name = str(getattr(event, "crew_name", None) or getattr(crew, "name", None) or "crew")
        kickoff = KickoffOf(name, f"{os.getpid():x}-{next(_numbers):x}")
        self._kickoff.set(kickoff)
        self.file.add("crew", self.crews.started(crew, kickoff, time.time()))

    def _kickoff_ended(self, crew: Any, event: Any) -> None:
        ended = self.crews.ended(crew)
        if ended is None:
            return
        kickoff, started = ended
        line = {"crew": kickoff.crew, "kickoff": kickoff.id, "started": round(started, 6)}
        seconds = round(time.time() - started, 6)
        failed = event.type == "crew_kickoff_failed"
        self.file.add("kickoff", {**line, "seconds": seconds, "failed": failed})

    def _alone_started(self, agent: Any, event: Any) -> None:
        """An agent is asked on its own; in a task, or by CrewAI itself, it is part of that."""
        if self._running.get() is not None or kinds.kind_by_role(agent.role) is not None:
            return
        kickoff = KickoffOf(role_of(agent), f"{os.getpid():x}-{next(_numbers):x}")
        line = self.crews.started_alone(agent, kickoff, event.messages, time.time())
        self._kickoff.set(kickoff)
        task = TaskOf(kickoff, ALONE_TASK)
        self._running.set(Running(task, kickoff.id, role_of(agent), time.time(), time.perf_counter(), None))
        self.file.add("crew", line)

    def _alone_ended(self, agent: Any, event: Any) -> None:
        ended, running = self.crews.ended(agent), self._running.get()
        if ended is None or running is None or running.task is None:
            return
        self._running.set(None)
        self._kickoff.set(None)
        failed = event.type == "lite_agent_execution_error"
        seconds = round(time.perf_counter() - running.clock, 6)
        whose = Whose(running.task.kickoff, running.task.name, running.agent)
        rest = {"started": round(running.started, 6), "seconds": seconds, "failed": failed}
        self.file.add("task", {**whose.line(), **rest})
        self.file.add("kickoff", {"crew": ended[0].crew, "kickoff": ended[0].id, **rest})

    def _task_started(self, task: Any, event: Any) -> None:
        task_id = str(getattr(task, "id", None) or event.task_id)
        found = self.crews.task(task_id)
        before = self._running.get()
        agent = getattr(task, "agent", None)
        role = self.crews.role(getattr(agent, "id", None), getattr(agent, "role", None))
        self._running.set(Running(found, task_id, role, time.time(), time.perf_counter(), before))

    def _task_ended(self, task: Any, event: Any) -> None:
        running = self._running.get()
        task_id = str(getattr(task, "id", None) or event.task_id)
        if running is None or running.task_id != task_id:
            return
        self._running.set(running.before)
        if running.task is None:
            return
        failed = event.type == "task_failed"
        if not failed:
            raw = getattr(getattr(event, "output", None), "raw", None)
            self.finished.append((running.task.name, raw if isinstance(raw, str) else ""))
        whose = Whose(running.task.kickoff, running.task.name, running.agent)
        self.file.add(
            "task",
            {
                **whose.line(),
                "started": round(running.started, 6),
                "seconds": round(time.perf_counter() - running.clock, 6),
                "failed": failed,
            },
        )

    # --- calls

    def _call_started(self, llm: Any, event: Any) -> None:
        self._withdraw_untold()
        call_id = getattr(event, "call_id", None) or uuid.uuid4().hex
        model = event.model or getattr(llm, "model", None)
        messages = getattr(event, "messages", None)
        whose, kind = self._attributed(event, messages)
        self.begin(call_id, llm, model, whose, kind, messages, getattr(event, "tools", None))

    def _withdraw_untold(self) -> None:
        """What was taken for a call that nothing tells of is told of after all."""
        around = self._current.get()
        is_untold = around is not None and around.untold_of is not None
        if around is not None and is_untold and self.take(around.id) is not None and self.budget is not None:
            self.budget.after_call(around.id, None, 0, failed=True)

    def begin_untold(self, llm: Any, asked: Any, messages: Any, tools: Any) -> None:
        """A call is about to be made of which CrewAI may tell nothing, unless it is part of one already.

        ``asked`` says who asks, as an event would. Raises ``BudgetReached`` when it must not be made.
        """
        around = self._current.get()
        # The LLM's own method calls itself or another method of its class: it is one call.
        if around is not None and around.untold_of is llm and around.id in self._calls:
            return
        whose, kind = self._attributed(asked, messages)
        call_id = uuid.uuid4().hex
        self.begin(call_id, llm, getattr(llm, "model", None), whose, kind, messages, tools)
        self._calls[call_id].untold_of = llm

    def end_since(self, clock: float, answer: Any, *, failed: bool) -> None:
        """End what was begun here since ``clock`` and has not ended."""
        while (call := self._current.get()) is not None and call.clock >= clock:
            if self.take(call.id) is None:
                return
            self.end(call, call.usages, failed=failed and not call.usages, response=answer)

    def _attributed(self, asked: Any, messages: Any) -> tuple[Whose, str]:
        task, is_foreign = self._task_of(asked)
        kind = self._kind(asked, messages, is_foreign=is_foreign)
        return self._whose(asked, task, kind), kind

    def begin(
        self, call_id: str, llm: Any, model: str | None, whose: Whose, kind: str, messages: Any, tools: Any
    ) -> None:
        """A call is about to be made; raises ``BudgetReached`` when it must not be."""
        size = 0
        if self.budget is not None:
            size = size_of(messages) + size_of(tools)
            self.budget.before_call(
                call_id,
                model=model,
                provider=getattr(llm, "provider", None),
                whose=whose.task or whose.agent or "",
                prompt=size,
                max_tokens=most_tokens(llm),
            )
        call = OpenCall(
            id=call_id,
            whose=whose,
            model=model_name(llm, model),
            kind=kind,
            messages=messages if self.with_text else None,
            size=size,
            before=self._current.get(),
        )
        self._calls[call_id] = call
        self._current.set(call)

    def whose_converter(self) -> Whose:
        """Whose a conversion is that runs here."""
        running = self._running_task()
        if running is None:
            return Whose(self._kickoff.get(), None, None)
        return Whose(
            running.task.kickoff if running.task else None,
            running.task.name if running.task else None,
            running.agent,
        )

    def _running_task(self) -> Running | None:
        running = self._running.get()
        while running is not None and running.task is None:
            running = running.before
        return running

    def _task_of(self, event: Any) -> tuple[TaskOf | None, bool]:
        """The task an event belongs to, and whether the event names one that is in no crew (delegated work,
        which is then the task's that runs in this thread)."""
        named = self.crews.task(event.task_id)
        if named is not None:
            return named, False
        running = self._running_task()
        return (running.task if running is not None else None), event.task_id is not None

    def _whose(self, event: Any, task: TaskOf | None, kind: str) -> Whose:
        agent = self.crews.role(event.agent_id, event.agent_role)
        running = self._running_task()
        if agent is None and kind in _AGENTS_OWN and running is not None:
            agent = running.agent
        kickoff = task.kickoff if task is not None else self._kickoff.get()
        return Whose(kickoff, task.name if task is not None else None, agent)

    def _kind(self, event: Any, messages: Any, *, is_foreign: bool) -> str:
        by_role = kinds.kind_by_role(event.agent_role)
        if by_role is not None:
            return by_role
        by_stack = kinds.kind_by_stack()
        if by_stack is not None:
            return by_stack
        return kinds.DELEGATION if is_foreign else kinds.kind_by_messages(messages)

    def usage_reported(self, reported: Any) -> None:
        """The provider's usage for a request of the call that is being made here."""
        call, usage = self._current.get(), usage_of(reported)
        if call is not None and usage is not None:
            call.usages.append(usage)

    @staticmethod
    def usages(reported: Any) -> list[Usage]:
        """A provider's usage as a list, empty when it says nothing."""
        usage = usage_of(reported)
        return [] if usage is None else [usage]

    def _call_completed(self, _llm: Any, event: Any) -> None:
        call = self._taken(event)
        if call is not None:
            usages = call.usages or self.usages(getattr(event, "usage", None))
            self.end(call, usages, failed=False, response=event.response)

    def _call_failed(self, _llm: Any, event: Any) -> None:
        call = self._taken(event)
        if call is not None:
            # What was answered before the failure is billed all the same.
            self.end(call, call.usages, failed=not call.usages, response=None)

    def _taken(self, event: Any) -> OpenCall | None:
        """The open call that ``event`` ends; ``None`` when it has ended already."""
        call_id = getattr(event, "call_id", None)
        if call_id is None:
            current = self._current.get()
            call_id = current.id if current is not None else None
        return self.take(call_id) if call_id is not None else None

    def take(self, call_id: str) -> OpenCall | None:
        """Close an open call; ``None`` when it is not open."""
        call = self._calls.pop(call_id, None)
        if call is not None:
            before = call.before
            # The call around this one may have been closed already: the nearest that is still open is the
            # current one.
            while before is not None and before.id not in self._calls:
                before = before.before
            self._current.set(before)
        return call

    def end(self, call: OpenCall, usages: list[Usage], *, failed: bool, response: Any) -> None:
        """Write down what a call has used."""
        seconds = time.perf_counter() - call.clock
        usage = total_of(usages)
        if self.budget is not None:
            self.budget.after_call(call.id, usage, call.size, failed=failed)
        line: dict[str, Any] = {
            **call.whose.line(),
            "model": call.model,
            "kind": call.kind,
            "prompt": usage.prompt if usage else None,
            "completion": usage.completion if usage else None,
            "cached": usage.cached if usage else None,
            "written": usage.written if usage else None,
            "reasoning": usage.reasoning if usage else None,
            "started": round(call.started, 6),
            "seconds": round(seconds, 6),
            "failed": failed,
            "pid": os.getpid(),
        }
        if len(usages) > 1:
            line["requests"] = len(usages)
        if self.with_text:
            line["messages"] = readable(call.messages, self._secrets)
            line["response"] = readable(response, self._secrets)
        self.file.add("call", line)

    # --- tools

    def _tool_started(self, _source: Any, event: Any) -> None:
        self._tools.begin(event)

    def _tool_ended(self, _source: Any, event: Any) -> None:
        seconds = self._tools.end(event)
        task, _ = self._task_of(event)
        failed = event.type == "tool_usage_error" or getattr(event, "failure", None) is not None
        result = str(event.error if event.type == "tool_usage_error" else event.output)
        line: dict[str, Any] = {
            **self._whose(event, task, kinds.TOOL_TURN).line(),
            "name": event.tool_name,
            "started": round(time.time() - (seconds or 0.0), 6),
            "seconds": None if seconds is None else round(seconds, 6),
            "result_tokens": about_tokens(result),
            "result_chars": len(result),
            "failed": failed,
            "pid": os.getpid(),
        }
        if self.with_text:
            line["result"] = readable(result, self._secrets)
        self.file.add("tool", line)
