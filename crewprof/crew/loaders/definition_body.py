"""What stands at a place of a crew definition: a crew, an agent, a task, with its keys and its errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.crew.typed_fields import wrong_type
from crewprof.crew.yaml_fields import fields_at, route_part, value_at, whole_place, with_config
from crewprof.errors import InputError
from crewprof.quick_dataclasses import dataclass
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.source.document import DataDocument
    from crewprof.source.field import Field
    from crewprof.source.place import Place, Route

EXPECTED_KEYS: Final = "a crew definition has the keys agents and tasks"


@dataclass(frozen=True, slots=True)
class Body:
    """What stands at ``route`` in a document: a crew, an agent, a task."""

    document: DataDocument
    route: Route = ()

    def at(self, *parts: str | int) -> Body:
        """What stands further in."""
        return Body(self.document, (*self.route, *parts))

    @property
    def value(self) -> object:
        """The data; ``None`` if there is nothing."""
        return value_at(self.document, self.route)

    @property
    def place(self) -> Place:
        """Where the value stands."""
        return self.document.place_of(self.route)

    @property
    def whole_place(self) -> Place:
        """From its key to its end."""
        return whole_place(self.document, self.route)

    @property
    def fields(self) -> dict[str, Field]:
        """Its keys; none if it is no mapping."""
        return fields_at(self.document, self.route)

    def error(self, message: str, hint: str) -> InputError:
        """An error at its place."""
        place = self.place
        return InputError(message, path=place.path, line=place.line, column=place.column, hint=hint)


def agent_fields(body: Body) -> dict[str, Field]:
    """The keys of an agent: ``settings`` beat the keys beside them, ``config`` fills in what is missing."""
    fields = body.fields
    settings = fields.get("settings")
    if settings is not None and settings.value is not None:
        if not isinstance(settings.value, dict):
            hint = "write settings as keys"
            raise wrong_type("settings", settings.value, "a mapping", settings.place, hint)
        fields = {**fields, **body.at("settings").fields}
    return with_config(body.document, fields, body.route)


def listed_agent(body: Body, index: int) -> tuple[str, Body]:
    """The name of the agent at a place in a list, and where its keys stand."""
    item = body.value
    if not isinstance(item, dict):
        hint = "in a list, each agent is a mapping with name, role, goal and backstory"
        raise wrong_type(f"agent {index + 1}", item, "a mapping", body.place, hint)
    if "name" in item:
        name = item["name"]
        if not isinstance(name, str) or not name:
            place = body.at("name").place
            raise wrong_type(f"agent {index + 1}: name", name, "text", place, "tasks name agents by it")
        return name, body
    if len(item) != 1:
        raise body.error(f"agent {index + 1} has no name", "in a list, each agent needs a name")
    key = next(iter(item))
    return str(key), body.at(route_part(key))


def not_a_crew(body: Body, data: Mapping[object, object], missing: list[str]) -> InputError:
    """The error for a mapping without the keys that are ``missing``."""
    keys = [str(key) for key in data]
    if len(missing) == 2:
        shown = ", ".join(keys[:4]) + (", …" if len(keys) > 4 else "")
        return body.error(f"this is not a crew definition: its keys are {shown or '(none)'}", EXPECTED_KEYS)
    present = next(key for key in ("agents", "tasks") if key not in missing)
    guess = did_you_mean(missing[0], [key for key in keys if key != present])
    hint = f"did you mean {missing[0]} where it says {guess}?" if guess else EXPECTED_KEYS
    return body.error(f"the crew definition has {present} but no {missing[0]}", hint)
