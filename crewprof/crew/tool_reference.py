"""Tools as a ``crew.yaml`` names them: ``SerperDevTool``, ``module:Class``, ``custom:name``, or a mapping.

(crewai/project/json_loader.py, ``_resolve_tools``)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.definition import Tool
from crewprof.crew.typed_fields import truth, whole_number, wrong_type
from crewprof.late_patterns import late_pattern
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crewprof.python.project import PythonProject
    from crewprof.source.documents import Documents
    from crewprof.source.place import Place

_CUSTOM_NAME: Final = late_pattern(r"[A-Za-z_][A-Za-z0-9_]*")


class ToolReader:
    """Reads the tools of one crew whose project is the folder ``root``."""

    def __init__(self, root: Path, documents: Documents) -> None:
        self.root = root
        self.documents = documents
        self._unknowns: list[Unknown] = []
        self._project: PythonProject | None = None

    @property
    def project(self) -> PythonProject:
        """The Python of the project, looked into only when a tool or schema needs it."""
        if self._project is None:
            from crewprof.python.project import PythonProject

            self._project = PythonProject(self.root, self.documents)
        return self._project

    def take_unknowns(self) -> list[Unknown]:
        """What could not be known since the last call."""
        taken, self._unknowns = self._unknowns, []
        return taken

    def read(self, item: object, place: Place, owner: str) -> list[Tool]:
        """The tools one list item stands for: none for an empty text, else one.

        Raises :class:`InputError` when the item is neither a text nor a mapping.
        """
        if item == "":
            return []
        if isinstance(item, str):
            return [self._named(item, place)]
        if isinstance(item, dict):
            return [_serialized({str(key): value for key, value in item.items()}, place)]
        hint = "name a tool of crewai_tools, module:Class, or custom:name"
        raise wrong_type(f"{owner}: a tool", item, "a name or a mapping", place, hint)

    def schema(self, reference: str, place: Place) -> tuple[Mapping[str, object] | None, list[Unknown]]:
        """The JSON schema of the pydantic model at the dotted ``reference`` of the project.

        Without one, what is unknown is said.
        """
        from crewprof.python.schemas.pydantic_schema import schema_of_reference

        return schema_of_reference(self.project, reference, place)

    def _named(self, reference: str, place: Place) -> Tool:
        kind, separator, rest = reference.partition(":")
        if kind == "platform" and separator:
            self._note(f"the tools of the platform app '{rest}' are only known when the crew runs", place)
            return Tool(reference, place)
        if kind == "custom" and separator:
            return self._custom(reference, rest, place)
        if separator:
            return self._imported(reference, kind, rest, place)
        return Tool(reference, place, class_name=class_name_of(reference))

    def _custom(self, reference: str, name: str, place: Place) -> Tool:
        if not _CUSTOM_NAME.fullmatch(name):
            self._note(f"'{reference}' is not the name of a custom tool", place)
            return Tool(reference, place)
        return self._from_project(reference, f"tools.{name}", None, place)

    def _imported(self, reference: str, module: str, qualname: str, place: Place) -> Tool:
        if module.partition(".")[0] == "crewai_tools":
            return Tool(reference, place, class_name=qualname.rpartition(".")[2])
        return self._from_project(reference, module, qualname, place)

    def _from_project(self, reference: str, module: str, class_name: str | None, place: Place) -> Tool:
        from crewprof.crew.custom_tools import tool_of_module

        found, unknowns = tool_of_module(self.project, module, class_name, place)
        self._unknowns.extend(unknowns)
        if found is None:
            self._note(f"the tool '{reference}' was not found in the project", place)
            return Tool(reference, place, class_name=class_name)
        return Tool(
            reference,
            place,
            class_name=found.class_name,
            source=found.source,
            result_as_answer=found.result_as_answer,
            max_usage_count=found.max_usage_count,
        )

    def _note(self, reason: str, place: Place) -> None:
        self._unknowns.append(Unknown(reason, place))


def class_name_of(reference: str) -> str:
    """The class of crewai_tools a short name most likely means.

    CrewAI tries the name itself, the name with ``Tool``, and ``serper_dev`` as ``SerperDevTool``.
    """
    if "_" in reference or reference.islower():
        return "".join(word.capitalize() for word in reference.split("_")) + "Tool"
    return reference if reference.endswith(("Tool", "Tools")) else f"{reference}Tool"


def _serialized(body: dict[str, object], place: Place) -> Tool:
    """A tool as CrewAI serializes it: ``tool_type`` is its class, the other keys are its fields."""
    dotted = body.get("tool_type")
    class_name = dotted.rpartition(".")[2] if isinstance(dotted, str) else None
    reference = class_name or str(body.get("name") or "tool")
    return Tool(
        reference,
        place,
        class_name=class_name,
        arguments={key: value for key, value in body.items() if key != "tool_type"},
        result_as_answer=truth(body.get("result_as_answer")) or False,
        max_usage_count=whole_number(body.get("max_usage_count")),
    )
