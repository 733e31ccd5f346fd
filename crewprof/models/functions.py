"""Whether CrewAI sends tools to a model natively.

Source: ``supports_function_calling`` of CrewAI's LLM classes (``crewai/llms/providers``), 1.15.30.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crewprof.models.identity import ModelIdentity, Route

if TYPE_CHECKING:
    from crewprof.models.facts import Facts

_LITELLM_ASSUMES = frozenset({"fireworks_ai"})
_GEMINI_VERSION = r"gemini-(\d+(?:\.\d+)?)"


def supports_function_calling(identity: ModelIdentity, facts: Facts | None) -> bool:
    """CrewAI's own answer for the model; where it is false, tools are described in the prompt (ReAct).

    On the litellm route LiteLLM's catalogue answers. A model it does not know has none, but for the
    providers where LiteLLM takes it for granted.
    """
    name = identity.called.lower()
    if identity.route is Route.LITELLM:
        return identity.provider in _LITELLM_ASSUMES or (facts is not None and facts.function_calling)
    match identity.provider_class:
        case "azure":
            return any(part in name for part in ("gpt-", "o1-", "text-"))
        case "gemini":
            version = re.search(_GEMINI_VERSION, name)
            return version is not None and float(version.group(1)) >= 1.5
        case "snowflake":
            return name.startswith(("openai-", "claude-", "anthropic."))
        case "anthropic" | "bedrock":
            return True
        case _:
            return "o1" not in name
