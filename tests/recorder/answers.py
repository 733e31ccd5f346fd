"""What the tests' provider answers, and what it has billed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]


@dataclass
class Answer:
    """What the provider answers: a text, or calls of tools, after ``seconds``; or an error ``status``."""

    text: str = ""
    tools: tuple[tuple[str, Body], ...] = ()
    status: int = 200
    seconds: float = 0.0
    words: int | None = None
    """Completion tokens to report instead of the text's."""


@dataclass(frozen=True)
class Served:
    """One request that was answered, and the usage that was billed for it."""

    path: str
    model: str
    prompt: int
    completion: int
    cached: int
    reasoning: int
    seconds: float
    body: Body
