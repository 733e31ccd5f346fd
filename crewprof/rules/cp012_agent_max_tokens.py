"""CP012: `max_tokens` on an agent has no effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.findings import Severity
from crewprof.rules.llm_settings import moved_into_llm
from crewprof.rules.objection_rule import ObjectionRule
from crewprof.semantics.refusals import Kind

if TYPE_CHECKING:
    from crewprof.findings import Fix
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection


class AgentMaxTokens(ObjectionRule):
    """`max_tokens` on an agent has no effect.

    ## What it does

    Reports `max_tokens` among the keys of an agent.

    ## Why

    The field exists, but its value never reaches the LLM: answers stay as long, and as dear, as the
    model likes. The limit belongs to the LLM.

    ## Example

    ```yaml
    writer:
      max_tokens: 500                            # before: ignored
      llm: {model: gpt-4.1-mini, max_tokens: 500}   # after, in a definition
    # in a @CrewBase class: llm=LLM(model="gpt-4.1-mini", max_tokens=500)
    ```

    ## Fix safety

    Unsafe: the limit then holds, and long answers are cut. Only shown for a @CrewBase project, where
    YAML takes no mapping for `llm`.

    ## When to ignore

    Never.
    """

    code = "CP012"
    name = "agent-max-tokens"
    severity = Severity.WARNING
    kind = Kind.AGENT_MAX_TOKENS
    of_all = "CrewAI ignores max_tokens of {whom}: it never reaches the LLM; set it in `llm`"

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Move it to the LLM."""
        return moved_into_llm(subject.crew, subject.crew.agent(objection.agents[0]), "max_tokens")
