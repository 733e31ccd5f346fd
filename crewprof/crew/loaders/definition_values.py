"""Models, tools, schemas and managers under the keys of a crew definition, Python references followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Agent, OutputSchema
from crewprof.crew.definition_schema import UnreadableSchema, model_schema
from crewprof.crew.model_value import model_from_value
from crewprof.crew.tool_reference import ToolReader
from crewprof.crew.typed_fields import wrong_type
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crewprof.crew.definition import Model, Tool
    from crewprof.source.document import DataDocument
    from crewprof.source.documents import Documents
    from crewprof.source.field import Field
    from crewprof.source.place import Place


class DefinitionValues:
    """Reads values of one definition; ``unknowns`` is what of them could not be known so far."""

    def __init__(self, root: Path, documents: Documents) -> None:
        self.unknowns: list[Unknown] = []
        self._tools_of = ToolReader(root, documents)

    def model(self, fields: Mapping[str, Field], key: str, owner: str) -> Model | None:
        """The model under ``key``; ``None`` without one."""
        found = fields.get(key)
        if found is None:
            return None
        if isinstance(found.value, dict) and isinstance(found.value.get("python"), str):
            return self._referenced_model(found.value["python"], found.place, f"{owner}: {key}")
        model = model_from_value(found.value, found.place, f"{owner}: {key}")
        if model is not None and model.id is None:
            self.note(f"{owner}: {key} does not name its model", found.place)
        return model

    def _referenced_model(self, reference: str, place: Place, owner: str) -> Model | None:
        from crewprof.crew.loaders.python_references import referenced_model

        model, unknowns = referenced_model(self._tools_of.project, reference, place, owner)
        self.unknowns.extend(unknowns)
        return model

    def tools(self, fields: Mapping[str, Field], owner: str, document: DataDocument) -> tuple[Tool, ...]:
        """The tools under ``tools``."""
        found = fields.get("tools")
        if found is None or found.value is None:
            return ()
        if not isinstance(found.value, list):
            hint = "write a list, for example tools: [SerperDevTool]"
            raise wrong_type(f"{owner}: tools", found.value, "a list", found.place, hint)
        route = found.place.route or ()
        tools: list[Tool] = []
        for index, item in enumerate(found.value):
            tools.extend(self._tools_of.read(item, document.place_of((*route, index)), owner))
        self.unknowns.extend(self._tools_of.take_unknowns())
        return tuple(tools)

    def schema(self, fields: Mapping[str, Field], key: str) -> OutputSchema | None:
        """The schema under a key: CrewAI drops a plain text, a mapping is one or a Python reference."""
        found = fields.get(key)
        if found is None or not isinstance(found.value, dict):
            return None
        reference = found.value.get("python")
        if isinstance(reference, str):
            schema, unknowns = self._tools_of.schema(reference, found.place)
            self.unknowns.extend(unknowns)
            return OutputSchema(reference.rpartition(".")[2], schema, found.place)
        title = found.value.get("title")
        name = title if isinstance(title, str) and title else "DynamicModel"
        try:
            return OutputSchema(name, model_schema(found.value), found.place)
        except UnreadableSchema as problem:
            self.note(f"the schema under {key} is not followed: {problem}", found.place)
            return OutputSchema(name, None, found.place)

    def note_python_type(self, fields: Mapping[str, Field], owner: str) -> None:
        """Remember a class of the project's own, which is not followed."""
        given = fields.get("type")
        if given is not None and isinstance(given.value, dict) and "python" in given.value:
            self.note(
                f"{owner} is of the Python class {given.value['python']}, read as a plain one", given.place
            )

    def referenced_agent(self, reference: str, place: Place) -> Agent:
        """The manager that a Python reference leads to; nothing is known of one that is not followed."""
        from crewprof.crew.loaders.python_references import referenced_agent

        agent, unknowns = referenced_agent(self._tools_of.project, reference, place, "manager_agent")
        self.unknowns.extend(unknowns)
        return agent or Agent("manager_agent", place)

    def note(self, reason: str, place: Place) -> None:
        """Remember what could not be known."""
        self.unknowns.append(Unknown(reason, place))
