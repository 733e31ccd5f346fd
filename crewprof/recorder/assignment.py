"""What is to be recorded, and where: handed to child processes as a small JSON file.

``CREWPROF_RECORD`` names the file.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any

VARIABLE = "CREWPROF_RECORD"


@dataclass(frozen=True)
class Assignment:
    """One run to record.

    ``run``: its id. ``profile``: the file lines are added to, absolute. ``command``: as it may be shown,
    without keys. ``started``: Unix seconds. ``with_text``: whether prompts and answers are stored.
    ``shared``: a folder of the run that all its processes share; ``limits``: the most it may use by name
    (``cost`` in USD, ``tokens``, ``seconds``, ``calls``); ``prices``: rates of models; ``answers``: the
    longest expected answer of each task in tokens, and of any other under ``""``. ``may_end``: whether a
    process that does not stop is ended.
    """

    run: str
    profile: str
    command: tuple[str, ...] = ()
    started: float = 0.0
    with_text: bool = False
    shared: str = ""
    limits: dict[str, float] = field(default_factory=dict)
    prices: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, float] = field(default_factory=dict)
    may_end: bool = True

    def to_json(self) -> str:
        """The text of the file."""
        return json.dumps(self.__dict__)

    @classmethod
    def read(cls, path: str) -> Assignment:
        """The assignment in a file; raises ``OSError`` or ``ValueError`` when there is none."""
        with open(path, encoding="utf-8") as file:
            given: dict[str, Any] = json.load(file)
        given["command"] = tuple(given.get("command", ()))
        return cls(**given)

    @classmethod
    def from_environment(cls) -> Assignment | None:
        """The assignment that the environment hands over; ``None`` without one that can be read."""
        path = os.environ.get(VARIABLE)
        if not path:
            return None
        try:
            return cls.read(path)
        except (OSError, ValueError, TypeError):
            return None
