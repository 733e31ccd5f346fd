"""``crewprof schema``."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crewprof.cli import completion, options
from crewprof.cli.output import emit

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("crew", "crew-json", "agent", "agents", "tasks", "report", "settings")


def _known(name: str) -> str:
    if name not in NAMES:
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(NAMES)}")
    return name


def schema(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            callback=_known,
            autocompletion=completion.among(NAMES),
            help="crew: a crew.yaml; crew-json: a crew.jsonc; agent: agents/NAME.jsonc; agents, tasks: the "
            "config files of a class; report: JSON of `analyze`; settings: crewprof.toml.",
        ),
    ] = "crew",
    crewai_version: Annotated[
        str | None,
        typer.Option(metavar="V", help="For this version of CrewAI. Default: the newest one known."),
    ] = None,
    output: options.Output = None,
) -> None:
    """Print the JSON Schema of a file, for completion and checks in an editor.

    Draft 2020-12, with CrewAI's own descriptions. A schema cannot see that an agent exists or in which order
    tasks run: `crewprof check` says that.
    """
    made = _schema(name, _version(crewai_version))
    emit(json.dumps(made, indent=2, ensure_ascii=True), output)


def _version(given: str | None) -> str:
    from crewprof.semantics.behavior import NEWEST, version_key

    version = given or NEWEST
    if not version_key(version):
        raise typer.BadParameter(f"{given!r} is no version", param_hint="--crewai-version")
    return version


def _schema(name: str, version: str) -> dict[str, Any]:
    if name == "report":
        text = resources.files("crewprof.report").joinpath("schema/analyze-v1.schema.json").read_text("utf-8")
        made: dict[str, Any] = json.loads(text)
        return made
    if name == "settings":
        from crewprof.cli.settings_schema import settings_schema

        return settings_schema()
    from crewprof.semantics import definition_schema as definitions

    makers: dict[str, Callable[[str], dict[str, Any]]] = {
        "crew": definitions.crew_schema,
        "crew-json": definitions.json_crew_schema,
        "agent": definitions.agent_schema,
        "agents": definitions.agents_schema,
        "tasks": definitions.tasks_schema,
    }
    return makers[name](version)
