"""A random definition as people keep it in JSON: ``crew.jsonc`` and a file for each agent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from tests.conformance.random_crews import Definition

COMMENTS = ("// what it does\n", "/* two\n  lines */ ", "// \"agents\": ['a', 'b'],\n", "/**/")


def write_json_crew(definition: Definition, root: Path, random: Random) -> Path:
    """Write ``definition`` below ``root`` with comments and trailing commas; gives the path of the crew."""
    agents = agent_bodies(definition)
    manager = definition.get("manager_agent")
    listed = [name for name in agents if name != manager]
    crew = {**definition, "agents": listed}
    (root / "agents").mkdir(exist_ok=True)
    for name, body in agents.items():
        file = root / "agents" / f"{name}{random.choice(('.jsonc', '.json'))}"
        file.write_text(jsonc_text(body, random), encoding="utf-8")
    path = root / random.choice(("crew.jsonc", "crew.json"))
    path.write_text(jsonc_text(crew, random), encoding="utf-8")
    return path


def agent_bodies(definition: Definition) -> dict[str, Any]:
    """The agents by name, however the definition writes them."""
    agents = definition["agents"]
    if isinstance(agents, dict):
        return {str(name): body for name, body in agents.items()}
    bodies: dict[str, Any] = {}
    for body in agents:
        bodies[body["name"]] = {key: value for key, value in body.items() if key != "name"}
    return bodies


def without_nulls(value: Any) -> Any:
    """The data without keys whose value is null: a ``crew.yaml`` loses them, ``crew.jsonc`` does not."""
    if isinstance(value, dict):
        return {key: without_nulls(one) for key, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def jsonc_text(value: Any, random: Random, indent: str = "") -> str:
    """JSON text of ``value`` with comments, blank lines and trailing commas here and there."""
    if not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=random.random() < 0.5)
    inner = indent + "  "
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {jsonc_text(one, random, inner)}" for key, one in value.items()]
        opening, closing = "{", "}"
    else:
        items = [jsonc_text(one, random, inner) for one in value]
        opening, closing = "[", "]"
    lines = [
        "\n" + inner + (random.choice(COMMENTS) if random.random() < 0.2 else "") + item for item in items
    ]
    trailing = "," if random.random() < 0.3 else ""
    return f"{opening}{','.join(lines)}{trailing}\n{indent}{closing}"
