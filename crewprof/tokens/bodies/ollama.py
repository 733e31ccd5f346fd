"""The body of Ollama's generate: one prompt. (Its chat takes OpenAI's form.)"""

from __future__ import annotations

from crewprof.tokens.bodies.fields import Body, sequence, text
from crewprof.tokens.messages import Api, Message, Request


def read(body: Body) -> Request:
    """The request in ``body``. Raises ``InputError`` where it is not one."""
    system = text(body.get("system"), "system")
    messages = [Message("system", system)] if system else []
    messages.append(Message("user", text(body.get("prompt"), "prompt")))
    return Request(
        api=Api.OLLAMA,
        model=text(body.get("model"), "model") or None,
        messages=tuple(messages),
        uncounted=("images",) if sequence(body.get("images"), "images") else (),
    )
