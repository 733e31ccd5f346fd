"""Settings and variables of the environment beside a good crew."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from crewprof.estimate.assumptions import Assumptions
from crewprof.settings.keys import READERS as SETTINGS
from tests.fuzz.attempts import Case
from tests.fuzz.commands import COMMANDS
from tests.fuzz.hostile import as_json_text, texts, values
from tests.fuzz.mutations import spoiled
from tests.fuzz.tokens import JSON_TOKENS

GOOD: Final = b"""\
agents:
  writer: {role: Writer, goal: Write about {topic}, backstory: You write., llm: openai/gpt-4o}
tasks:
  - {name: draft, description: "Write about {topic}.", expected_output: Two paragraphs., agent: writer}
""".replace(b"goal: Write about {topic}", b"goal: 'Write about {topic}'")


RIGHT_SETTINGS: Final = {
    "select": ('["CP2", "CP301"]', "[]"),
    "ignore": ('["CP5"]',),
    "per-file-ignores": ('{"*.yaml" = ["CP1"]}', '{"[" = ["CP1"]}', "{}"),
    "max-cost": ("1", "0", "1e-300", '"0.5"', "1000000000000"),
    "model": ('"gpt-4o"', '"x/y"', '"\\u001b[2J"'),
    "crewai-version": ('"1.14.6"', '"9.9"', '"x"', '"1!2.post3"'),
    "unsafe-fixes": ("true", "false"),
    "fail-on": ('"info"', '"never"'),
    "inputs": ('{topic = "tea"}', "{topic = [1]}", "{topic = 1979-05-27}"),
    "tiers": ('{light = "gpt-4o-mini"}', '{frontier = "no/such"}'),
    "models": (
        '{"openai/gpt-4o" = {input-price = 0}}',
        '{"gpt-4o" = {context-window = 1, tokens-per-second = 1e-9}}',
        '{"" = {output-price = 1000000000000, first-token-seconds = 1000000000000}}',
    ),
    "tool-result-tokens": ("{x = 1}", "{x = 1000000000000}"),
    "mcp-definition-tokens": ('{"https://x" = 1000000000000}',),
}
"""What means something, extremes included."""


@st.composite
def settings_files(draw: st.DrawFn) -> Case:
    """``crewprof.toml`` and ``pyproject.toml`` with any value of every setting."""
    inner = st.sampled_from(
        ["light", "frontier", "openai/gpt-4o", "input-price", "tokens-per-second", "context-window", "*.yaml"]
    )
    lines = []
    for key in draw(st.lists(st.sampled_from(sorted(SETTINGS)), min_size=1, max_size=4)):
        right = st.sampled_from(RIGHT_SETTINGS.get(key, ("1",)))
        if key == "assumptions":
            names = st.sampled_from([one.name for one in Assumptions()])
            right = st.dictionaries(names, st.sampled_from([0, 1e-9, 1, 1e12]), max_size=3).map(_toml)
        lines.append(f"{key} = {draw(right | right | values(inner | texts).map(_toml))}")
    name = draw(st.sampled_from(["crewprof.toml", "pyproject.toml"]))
    head = "[tool.crewprof]\n" if name == "pyproject.toml" or draw(st.integers(0, 3)) == 0 else ""
    data = draw(spoiled((head + "\n".join(lines) + "\n").encode("utf-8", "surrogatepass"), JSON_TOKENS))
    files = {"crew.yaml": GOOD, name: data}
    if draw(st.integers(0, 3)) == 0:
        env = "\n".join(f"{one}={draw(texts)}" for one in ("MODEL", "OPENAI_MODEL_NAME", "X"))
        files[".env"] = draw(spoiled(env.encode(), (b"${MODEL}", b"'", b'"', b"\x00", b"export ", b"=")))
    return Case((*draw(st.sampled_from(COMMANDS)), "crew.yaml"), files)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_json_text(key)} = {_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, int) and value >= 10**400:
        return "9" * 5000
    return as_json_text("none" if value is None else value)
