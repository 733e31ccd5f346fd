"""Lay out what the documentation's site is built from: the pages of docs/ and those written from the code.

``python scripts/write_site.py [FOLDER]`` (default ``build/docs``, which ``mkdocs.yml`` reads). Written from
the code: one page a rule, the settings, the schema of the report, the assumptions, the commands.
"""

from __future__ import annotations

import json
import shutil
import sys
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from crewprof.cli.app import app
from crewprof.cli.settings_schema import settings_schema
from crewprof.estimate.assumptions import Assumptions
from crewprof.rules.registry import every_rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crewprof.rules.rule import Rule

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "build" / "docs"


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(ROOT / "docs", target)
    shutil.copy(ROOT / "CHANGELOG.md", target / "changelog.md")
    for name, text in pages().items():
        (target / name).parent.mkdir(exist_ok=True)
        (target / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """The pages that are written from the code, by their place on the site."""
    return {
        **{f"rules/{rule.code.lower()}.md": rule_page(rule) for rule in every_rule()},
        "rules.md": rules_page(),
        "reference/settings.md": settings_page(),
        "reference/report.md": report_page(),
        "reference/assumptions.md": assumptions_page(),
        "reference/commands.md": commands_page(),
    }


def rules_page() -> str:
    rows = [
        f"| [{rule.code}](rules/{rule.code.lower()}.md) | `{rule.name}` | {rule.severity.value} | "
        f"{rule.summary} |"
        for rule in every_rule()
    ]
    return "\n".join(["# Rules", "", "| code | name | severity | says |", "|---|---|---|---|", *rows, ""])


def rule_page(rule: Rule) -> str:
    return f"# {rule.code} {rule.name}\n\n{rule.severity.value} · {rule.summary}\n\n{rule.page}\n"


def settings_page() -> str:
    """Every key of the settings, from their schema."""
    schema = settings_schema()
    lines = [
        "# Settings",
        "",
        "`[tool.crewprof]` in `pyproject.toml`, or `crewprof.toml`, the nearest above the input. Flags win.",
        "Unknown keys are errors. `crewprof schema settings` prints this as a JSON Schema for editors.",
        "",
        "| key | type | |",
        "|---|---|---|",
    ]
    for name, own in schema["properties"].items():
        lines.append(f"| `{name}` | {_type(own, schema)} | {_cell(own.get('description', ''))} |")
        inner, of_each = own.get("properties"), own.get("additionalProperties")
        if inner is None and isinstance(of_each, dict) and "properties" in of_each:
            name, inner = f"{name}.NAME", of_each["properties"]
        if name == "assumptions":
            lines.append("| `assumptions.NAME` | number | any of the [assumptions](assumptions.md) |")
            continue
        for key, one in (inner or {}).items():
            lines.append(f"| `{name}.{key}` | {_type(one, schema)} | {_cell(one.get('description', ''))} |")
    return "\n".join(lines) + "\n"


def report_page() -> str:
    """Every object of the report's JSON, from its schema."""
    text = resources.files("crewprof.report").joinpath("schema/analyze-v1.schema.json").read_text("utf-8")
    schema = json.loads(text)
    lines = [
        "# The report's JSON",
        "",
        "`crewprof schema report` prints this as a JSON Schema. Keys are added without a new version; a key",
        "that changes or goes makes a new one.",
    ]
    for title, own in [("The report", schema), *schema.get("$defs", {}).items()]:
        if own.get("description"):
            lines += ["", f"## {title}", "", own["description"]]
        else:
            lines += ["", f"## {title}"]
        if "properties" not in own:
            lines += ["", f"Type: {_type(own, schema)}"]
            continue
        lines += ["", "| key | type | |", "|---|---|---|"]
        for name, one in own["properties"].items():
            lines.append(f"| `{name}` | {_type(one, schema)} | {_cell(one.get('description', ''))} |")
    return "\n".join(lines) + "\n"


def assumptions_page() -> str:
    """Every assumption with its source."""
    lines = [
        "# Assumptions",
        "",
        "What an estimate takes for granted where your texts say nothing and no run was recorded. Each can",
        "be set by name under `[tool.crewprof.assumptions]`; `crewprof analyze --verbose` says which ones a",
        "report used. Low to high holds 80% of what was seen.",
        "",
        "| name | value | low to high | unit | source |",
        "|---|---|---|---|---|",
    ]
    for one in Assumptions():
        spread = "" if one.low is None and one.high is None else f"{one.spread.low:g} to {one.spread.high:g}"
        cells = (f"`{one.name}`", f"{one.value:g}", spread, _cell(one.unit), _cell(one.source))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Every command with its arguments and options."""
    group = typer.main.get_command(app)
    lines = ["# Commands", "", "`crewprof COMMAND --help` prints the same."]
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        lines += ["", f"## crewprof {name}", "", _paragraphs(command.help or ""), "", "| | |", "|---|---|"]
        lines += list(_parameters(command))
    return "\n".join(lines) + "\n"


def _parameters(command: Any) -> Iterator[str]:
    for parameter in command.params:
        if getattr(parameter, "hidden", False):
            continue
        names = ", ".join(f"`{one}`" for one in (*parameter.opts, *parameter.secondary_opts))
        if parameter.param_type_name == "argument":
            names = f"`{(parameter.metavar or parameter.name).strip('[]…')}`"
        yield f"| {names} | {_cell(getattr(parameter, 'help', None) or '')} |"


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _type(own: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """A JSON Schema in few words."""
    if "$ref" in own:
        name = own["$ref"].rsplit("/", 1)[-1]
        meant = schema["$defs"][name]
        return f"[{name}](#{name.lower()})" if "properties" in meant else _type(meant, schema)
    if "enum" in own:
        return ", ".join(f"`{json.dumps(one)}`" for one in own["enum"])
    if "const" in own:
        return f"`{json.dumps(own['const'])}`"
    choices = own.get("anyOf") or own.get("oneOf")
    if choices:
        return " or ".join(dict.fromkeys(_type(one, schema) for one in choices))
    kind = own.get("type", "any")
    kinds = kind if isinstance(kind, list) else [kind]
    if kinds == ["array"]:
        return f"list of {_type(own.get('items', {}), schema)}"
    if kinds == ["object"] and isinstance(own.get("additionalProperties"), dict):
        return f"table of {_type(own['additionalProperties'], schema)}"
    return " or ".join(kinds)


if __name__ == "__main__":
    main()
