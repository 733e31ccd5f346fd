"""Output classes that ``@output_json`` and ``@output_pydantic`` of a @CrewBase class wrap.

What stands in the class is a wrapper (crewai/project/wrappers.py). ``Task`` refuses it, and since its fields
are read from checkpoints, too (``_deserialize_model_class``), takes it for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import replace

if TYPE_CHECKING:
    from crewprof.crew.definition import Crew, OutputSchema, Task
    from crewprof.semantics.behavior import Behavior


def with_outputs_taken(crew: Crew, behavior: Behavior) -> Crew:
    """``crew`` without the outputs that CrewAI drops."""
    if behavior.marked_outputs != "dropped" or not any(map(_has_marked, crew.tasks)):
        return crew
    return replace(crew, tasks=tuple(map(_with_outputs_taken, crew.tasks)))


def _has_marked(task: Task) -> bool:
    given = (task.output_json, task.output_pydantic, task.response_model)
    return any(one is not None and one.is_marked for one in given)


def _with_outputs_taken(task: Task) -> Task:
    return replace(
        task,
        output_json=_taken(task.output_json),
        output_pydantic=_taken(task.output_pydantic),
        response_model=_taken(task.response_model),
    )


def _taken(schema: OutputSchema | None) -> OutputSchema | None:
    return None if schema is None or schema.is_marked else schema
