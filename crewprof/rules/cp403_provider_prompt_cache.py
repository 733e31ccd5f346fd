"""CP403: what the provider's prompt cache does for this crew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.figures import percent
from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.rules.amounts import counted, share_of_input
from crewprof.rules.rule import Rule
from crewprof.semantics.call import CallKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.crew.definition import Agent
    from crewprof.estimate.profile import CallLine, TaskProfile
    from crewprof.rules.subject import Subject


_MARKED_FOR: Final = "anthropic"
"""The vendor for whose own API CrewAI marks what repeats."""
_MUCH: Final = 0.25
"""Share of the run's input that is sent again from which on it is worth a word."""


class ProviderPromptCache(Rule):
    """Much of the input of tool loops is sent again, and the provider may charge less for it.

    ## What it does

    For Claude from a provider that wants cache points, which CrewAI does not set (Bedrock, OpenRouter,
    Vertex, Azure), it says per agent what is resent at the full price, where that is a quarter
    of the run's input. Where the provider caches by itself, the estimate counts that and there is nothing to
    do (`cached_input_tokens` in JSON).

    ## Why

    Every call of a tool loop begins with all of the call before. Providers charge a tenth to a half for a
    beginning they saw within the last minutes, once it is long enough: 1,024 tokens with OpenAI and Azure,
    64 with DeepSeek, 1,024 to 4,096 with Anthropic (CrewAI marks the first two messages there) and Gemini.
    The cached beginning ends at the first difference: another order or set of tools, other values early in
    the texts (CP108), a summary of the conversation when the window is full, a pause of more than five to
    ten minutes (`human_input`, `max_rpm`).

    ## Example

    ```yaml
    llm: bedrock/anthropic.claude-sonnet-4-5   # before: the whole loop at the full price
    llm: anthropic/claude-sonnet-4-5           # after: resent beginnings at a tenth
    ```

    ## Fix safety

    There is none to apply: which provider you use is for you to decide.

    ## When to ignore

    When you just wanted to know.
    """

    code = "CP403"
    name = "provider-prompt-cache"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per agent whose provider would cache what it repeats, but is not asked to."""
        for agent in subject.workers:
            yield from self._without_points(subject, agent)

    def _without_points(self, subject: Subject, agent: Agent) -> Iterator[Finding]:
        if agent.llm is None or agent.llm.id is None:
            return
        entry = subject.catalogue(agent.llm)
        # Models that only such a provider has leave nothing to choose.
        is_claude = entry.family is not None and entry.family.vendor == _MARKED_FOR
        if entry.caching is None or entry.caching.automatic or not is_claude:
            return
        tasks = subject.profile.tasks_of(agent.name)
        looping = [task for task in tasks if any(map(_is_loop, task.lines))]
        first = sum(task.first_call.least_tokens for task in looping)
        if not looping or first < entry.caching.minimum_tokens * len(tasks):
            return
        share = share_of_input(sum(map(_sent_again, looping)), subject.profile)
        if share < _MUCH:
            return
        calls = sum(line.calls.expected for task in looping for line in task.lines if _is_loop(line))
        yield self.finding(
            agent.place_of("llm"),
            f"agent '{agent.name}' pays the full price for prompts it repeats in {counted(calls, 'call')} "
            f"after tool use, {percent(share)} of the run's input: {entry.caching.source}",
            agents=(agent.name,),
            tasks=tuple(task.name for task in tasks),
            fix=Fix(
                Applicability.DISPLAY, "call Claude through Anthropic's own API, for which CrewAI marks them"
            ),
        )


def _sent_again(task: TaskProfile) -> float:
    """Tokens that the calls of a task's loop send once more: all but what each adds to the one before."""
    loops = [line for line in task.lines if _is_loop(line)]
    calls = sum(line.calls.expected for line in loops)
    sent = sum(line.input_tokens.expected for line in loops)
    # Call ``i`` of a loop resends the first prompt and ``i`` additions: their mean lies half of ``calls + 1``
    # above the first.
    added = max(0.0, 2 * (sent / calls - task.first_call.least_tokens) / (calls + 1))
    return max(0.0, sent - calls * added)


def _is_loop(line: CallLine) -> bool:
    """Whether ``line`` stands for calls that send an earlier one again, some of which are expected."""
    return line.kind == CallKind.LOOP.value and line.calls.expected > 0
