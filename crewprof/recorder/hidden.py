"""Keys are never written: neither those of the environment nor what looks like one."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HIDDEN = "***"
_NAMED = re.compile(r"(?i)(key|token|secret|passw|credential|auth)")
_LOOKS_LIKE_A_KEY = re.compile(r"\b(?:sk|pk|rk|gsk|xai|key|ghp|hf|AKIA|AIza)[-_]?[A-Za-z0-9_-]{12,}")
_SHORTEST = 8
"""Characters from which the value of a variable named like a key is taken for one."""


def known_secrets(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The values of variables named like keys, longest first."""
    variables = os.environ if environment is None else environment
    found = {value for name, value in variables.items() if _NAMED.search(name) and len(value) >= _SHORTEST}
    return tuple(sorted(found, key=len, reverse=True))


def without_secrets(text: str, secrets: Sequence[str] = ()) -> str:
    """``text`` with every secret, and whatever looks like a key, hidden."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return _LOOKS_LIKE_A_KEY.sub(HIDDEN, text)


def readable(value: Any, secrets: Sequence[str] = ()) -> Any:
    """``value`` as JSON takes it, with every key in its texts hidden."""
    if isinstance(value, str):
        return without_secrets(value, secrets)
    if isinstance(value, dict):
        return {str(key): readable(one, secrets) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [readable(one, secrets) for one in value]
    return value if isinstance(value, int | float | bool | None) else readable(str(value), secrets)


def shown_command(command: Sequence[str], secrets: Sequence[str] = ()) -> tuple[str, ...]:
    """A command line as it may be written down: values of options named like keys are hidden."""
    shown: list[str] = []
    hide_next = False
    for argument in command:
        if hide_next:
            shown.append(HIDDEN)
            hide_next = False
            continue
        name, equals, _ = argument.partition("=")
        if equals and _NAMED.search(name):
            shown.append(f"{name}={HIDDEN}")
            continue
        hide_next = argument.startswith("-") and _NAMED.search(argument) is not None
        shown.append(without_secrets(argument, secrets))
    return tuple(shown)
