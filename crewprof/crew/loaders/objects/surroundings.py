"""Where the objects of one crew come from, and what was noticed while they were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.loaders.objects.plain_fields import kind_of, raw_fields
from crewprof.crew.loaders.objects.usual_values import usual_field
from crewprof.quick_dataclasses import dataclass, field, replace
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from crewprof.python.interpreter import Interpreter
    from crewprof.python.uncertain import FromEnvironment
    from crewprof.python.values import Instance, Value
    from crewprof.source.field import Field
    from crewprof.source.place import Place
    from crewprof.source.text import SourceText


@dataclass
class Surroundings:
    """Python that makes its objects itself. ``place`` is for what has no place of its own.

    ``unknowns`` collects what could not be known, ``texts`` the files that were read.
    """

    interpreter: Interpreter
    place: Place
    unknowns: list[Unknown] = field(default_factory=list, kw_only=True)
    texts: dict[str, SourceText] = field(default_factory=dict, kw_only=True)

    def fields(self, made: Instance) -> dict[str, Field]:
        """The keys of ``Agent(…)``, ``Task(…)`` or ``Crew(…)`` with their values as evaluated."""
        return {name: replace(one, is_looked_up=False) for name, one in self.usual_fields(made).items()}

    def usual_fields(self, made: Instance) -> dict[str, Field]:
        """What an object is given where variables have their defaults; what depends on one is noted."""

        def usual(name: str, given: Field) -> Field:
            def note(found: FromEnvironment) -> None:
                if name.endswith("llm"):
                    return  # Who reads the model says so.
                reason = f"{owner}: {name}: depends on {found.shown}; taken as it is by default"
                self.note(reason, found.place)

            return usual_field(given, note)

        kind = (kind_of(made) or made.name).lower()
        label = self.label(made)
        owner = kind if label is None or kind == "crew" else f"{kind} '{label}'"
        return {name: usual(name, one) for name, one in raw_fields(made).items()}

    def named(self, kind: str, name: str) -> Value | None:
        """The ``kind`` (agent, task, tool, llm, output_json, output_pydantic) that a text stands for.

        ``None`` when there is none of that name, or texts are no names here.
        """
        del kind, name
        return None

    def label(self, made: Instance) -> str | None:
        """What the project's code calls an object."""
        return made.method

    def task_label(self, made: Instance, named: str | None) -> str | None:
        """What a task is called, if anything; ``named`` is its own ``name``."""
        return self.label(made) or named

    def note(self, reason: str, place: Place | None = None) -> None:
        """Remember what could not be known."""
        self.unknowns.append(Unknown(reason, place or self.place))
