"""CP308: tools on a model CrewAI does not call functions on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Applicability, Finding, Fix, Severity
from crewprof.rules.cp303_retired_model import is_leaving
from crewprof.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.rules.subject import Subject


class ToolsWithoutFunctionCalling(Rule):
    """Tools are given to a model that CrewAI cannot send tool definitions to.

    ## What it does

    Reports agents with tools whose model has no function calling as CrewAI sees it (`o1` models, or models
    of LiteLLM's providers that its catalogue does not list as able to), on versions that otherwise send
    tools on the wire. A model that is to be retired is left to CP303.

    ## Why

    CrewAI then describes the tools in the prompt and reads the answer for `Action:` lines (ReAct). Every
    call carries the descriptions as text, an answer that misses the form costs another call, and recorded
    tasks took 4.2 calls this way against 3.1 with native tools.

    ## Example

    ```yaml
    llm: openai/o1        # before: tools as text
    llm: openai/o3-mini   # after: tools on the wire
    ```

    ## Fix safety

    Shown only: it takes another model.

    ## When to ignore

    When the model is chosen for its reasoning and the tools are used rarely.
    """

    code = "CP308"
    name = "tools-without-function-calling"
    severity = Severity.WARNING
    several = "{agents} have tools, but a model without function calling"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per agent."""
        if not subject.behavior.native_tools:
            return
        for agent in subject.workers:
            tasks = subject.crew.tasks_of(agent.name)
            has_tools = bool(agent.tools) or any(task.tools for task in tasks)
            if not has_tools or agent.llm is None or agent.llm.id is None:
                continue
            if is_leaving(subject, agent.llm) or subject.function_calling(agent.llm):
                continue
            yield self.finding(
                agent.place_of("llm"),
                f"agent '{agent.name}' has tools, but {agent.llm.id} has no function calling: CrewAI "
                "describes them in the prompt and parses the answers",
                agents=(agent.name,),
                fix=Fix(Applicability.DISPLAY, "use a model with function calling"),
            )
