"""A strategy of cases for each kind of input: which files, which options, what on standard input."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import typer
import yaml
from hypothesis import strategies as st

from crewprof.cli.answers import ANALYZE_FORMATS, CHECK_FORMATS
from crewprof.cli.app import app
from crewprof.estimate.assumptions import Assumptions
from crewprof.semantics.refusals.accepted_keys import Owner, accepted_keys
from crewprof.settings import _READERS as SETTINGS
from tests.conformance.random_flows import flows
from tests.crew.random_scripts import STYLES, teams
from tests.fuzz.attempts import Case
from tests.fuzz.hostile import scalars, spoiled, texts, values
from tests.python.random_programs import programs
from tests.source.json_texts import json_texts
from tests.source.yaml_texts import yaml_texts

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION: Final = "1.15.0"
PYTHON_KEYS: Final = ("python", "model", "custom:", "role", "x")
COMMANDS: Final = (
    *(("check", "-f", one) for one in CHECK_FORMATS),
    *(("analyze", "-f", one) for one in ANALYZE_FORMATS),
    ("analyze", "--verbose", "--runs-per-month", "3"),
    ("optimize", "--unsafe-fixes"),
    ("optimize", "-f", "json"),
    ("optimize", "--unsafe-fixes", "--write", "--quiet"),
    ("optimize", "--unsafe-fixes", "--write", "-f", "json"),
    ("optimize", "--unsafe-fixes", "--max-cost", "0.0001"),
)
YAML_TOKENS: Final = tuple(
    text.encode()
    for text in (
        "&a ",
        "*a",
        "<<: *a",
        "!!python/object:os.system",
        "!!binary ",
        "!!set ",
        "!!float ",
        "!x ",
        "? ",
        "- ",
        ": ",
        "| \n",
        ">-\n",
        "|9\n",
        "---\n",
        "...\n",
        "%YAML 9.9\n",
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        '"\\x41\\u00e9\\U0001F600\\L\\N\\_\\/"',
        '"\\xZZ"',
        "\t",
        "\r",
        "\x85",
        "\u2028",
        "\ufeff",
        "# crewprof: ignore[CP1] x",
        "1_000",
        "0o7",
        "1:20:30",
        "2001-12-14t21:59:43.10-05:00",
        ".inf",
        "=",
        "~",
        "{a: ",
        "a: &a [*a]\n",
    )
)
JSON_TOKENS: Final = tuple(
    text.encode()
    for text in (
        "//",
        "/*",
        "*/",
        "{",
        "}",
        "[",
        "]",
        '"',
        '"\\ud800"',
        '"\\u0000"',
        "NaN",
        "-Infinity",
        "1e999",
        ",",
        ":",
        "null",
        "\x00",
        "'",
        "\ufeff",
        '{"a":',
        "9" * 5000,
        "// crewprof: ignore",
    )
)
PYTHON_TOKENS: Final = tuple(
    text.encode()
    for text in (
        "(",
        ")",
        "[",
        "{",
        "'''",
        'f"{',
        "\\\n",
        "\n    ",
        "\x0c",
        "async ",
        "await ",
        "yield ",
        "lambda: ",
        "*",
        "**",
        ":=",
        "@",
        "del ",
        "not ",
        "-",
        "import main\n",
        "from . import x\n",
        "from ...... import x\n",
        "from main import *\n",
        "9" * 5000,
        "0x" + "f" * 300,
        "10**9**9",
        "'a' * 10**9",
        "[0] * 10**9",
        "1 << 10**6",
        "range(10**12)",
        "str(10**5000)",
        "while True: pass\n",
        "def f(): return f()\nf()\n",
        "x = []; x.append(x)\n",
        "'%999999999d' % 1",
        "f'{1:999999999}'",
        "eval('1')",
        "open('/dev/zero').read()",
        "\ud7ff",
        "# crewprof: ignore",
        "Crew(agents=[], tasks=[])",
        "Crew(*x, **y)",
        "match x:\n case _: pass\n",
        "# -*- coding: latin-1 -*-\n",
        "class A(A): pass\n",
        "\x00",
    )
)


def _wrong(keys: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return values(st.sampled_from((*keys, *PYTHON_KEYS)) | texts)


AGENT: Final = {
    "role": "Editor",
    "goal": "Edit {topic}",
    "backstory": "You are a world-class editor.",
    "llm": "gpt-4o",
}
TASK: Final = {
    "name": "edit",
    "description": "Edit it.",
    "expected_output": "A list of 5 items.",
    "agent": "a",
}


@cache
def _value_of(owner: Owner) -> tuple[tuple[str, ...], st.SearchStrategy[Any]]:
    """The keys a definition may have, and anything for one of them."""
    keys = tuple(accepted_keys(owner, VERSION).settable)
    return keys, _wrong(keys)


@st.composite
def crews(draw: st.DrawFn) -> Any:
    """Definitions of crews, right in most of their parts."""
    names = draw(st.lists(st.sampled_from(["a", "b", "agents", "1"]) | texts, max_size=2))
    agents: dict[str, dict[str, Any]] = {name: dict(AGENT) for name in ("a", *names)}
    tasks: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 4))):
        agent = draw(st.sampled_from(sorted(agents)))
        task: dict[str, Any] = {**TASK, "name": f"edit {number}", "agent": agent}
        if draw(st.integers(0, 2)) == 0:
            task["context"] = draw(
                st.lists(st.sampled_from([one["name"] for one in tasks] or [""]), max_size=2)
            )
        tasks.append(task)
    crew: dict[str, Any] = {"agents": agents, "tasks": tasks, "inputs": {"topic": "tea"}}
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 4]))):
        owners: tuple[Owner, ...] = ("agent", "agent", "task", "task", "crew")
        owner = draw(st.sampled_from(owners))
        keys, value = _value_of(owner)
        one_of = {"agent": list(agents.values()), "task": tasks, "crew": [crew]}
        target = draw(st.sampled_from(one_of[owner]))
        target[draw(st.sampled_from((*target, *keys)) | texts)] = draw(value)
    return crew


@st.composite
def _as_yaml(draw: st.DrawFn, data: Any) -> bytes:
    text: str = yaml.safe_dump(
        data,
        sort_keys=draw(st.booleans()),
        allow_unicode=draw(st.booleans()),
        default_flow_style=draw(st.sampled_from([None, True, False])),
        default_style=draw(st.sampled_from([None, None, '"', "'", "|", ">"])),
        width=draw(st.sampled_from([20, 80, 4000])),
        explicit_start=draw(st.booleans()),
    )
    return text.encode("utf-8", "surrogatepass")


def _as_json(data: Any) -> bytes:
    return _json(data).encode("utf-8", "surrogatepass")


def _json(data: Any) -> str:
    try:
        return json.dumps(data, indent=2)
    except ValueError:  # thousands of digits
        return "{}"


@st.composite
def yaml_crews(draw: st.DrawFn) -> Case:
    """``crew.yaml``, on disk or on standard input, and the two files of a ``@CrewBase`` class."""
    try:
        data = draw(_as_yaml(draw(crews()))) if draw(st.integers(0, 4)) else draw(yaml_texts()).encode()
    except ValueError:
        data = b"agents: {a: {max_iter: " + b"9" * 5000 + b"}}"
    data = draw(spoiled(data, YAML_TOKENS))
    command = draw(st.sampled_from(COMMANDS))
    if draw(st.integers(0, 9)) == 0:
        return Case((*command[:3], "-"), stdin=data)
    return Case((*command, "crew.yaml"), {"crew.yaml": data})


@st.composite
def json_crews(draw: st.DrawFn) -> Case:
    """``crew.jsonc`` and ``crew.json``, with and without ``agents/*.jsonc``."""
    data = _as_json(draw(crews())) if draw(st.integers(0, 4)) else draw(json_texts()).encode()
    name = draw(st.sampled_from(["crew.jsonc", "crew.json"]))
    files = {name: draw(spoiled(data, JSON_TOKENS))}
    if draw(st.booleans()):
        agent = draw(crews())["agents"]
        crew = {
            "agents": ["a"],
            "tasks": [{"name": "t", "description": "D", "expected_output": "E", "agent": "a"}],
        }
        files = {
            name: draw(spoiled(_as_json(crew), JSON_TOKENS)),
            "agents/a.jsonc": draw(
                spoiled(_as_json(agent.get("a") if isinstance(agent, dict) else agent), JSON_TOKENS)
            ),
        }
    return Case((*draw(st.sampled_from(COMMANDS)), draw(st.sampled_from([name, "."]))), files)


@st.composite
def flow_files(draw: st.DrawFn) -> Case:
    """``flow.yaml``."""
    data = draw(flows(cyclic=draw(st.booleans()))).definition
    if draw(st.booleans()):
        data = {
            **data,
            draw(st.sampled_from(["methods", "state", "config", "name"])): draw(_wrong(("do", "call"))),
        }
    try:
        written = draw(_as_yaml(data))
    except ValueError:
        written = b"schema: crewai.flow/v1"
    return Case(
        (*draw(st.sampled_from(COMMANDS)), "flow.yaml"), {"flow.yaml": draw(spoiled(written, YAML_TOKENS))}
    )


@st.composite
def python_files(draw: st.DrawFn) -> Case:
    """Scripts, factories, classes with their YAML, and any program that makes a crew at its end."""
    if draw(st.integers(0, 2)):
        style = draw(st.sampled_from([one for one in STYLES if one != "notebook"]))
        files = {name: text.encode() for name, text in STYLES[style](draw(teams())).items()}
    else:
        crew = STYLES["flat"](draw(teams()))["main.py"]
        files = {"main.py": (draw(programs(most=5)) + crew).encode()}
    name = draw(st.sampled_from(sorted(files)))
    tokens = PYTHON_TOKENS if name.endswith(".py") else YAML_TOKENS
    files[name] = draw(spoiled(files[name], tokens))
    given = draw(st.sampled_from(["main.py", "main.py", "."]))
    return Case((*draw(st.sampled_from(COMMANDS)), given), files)


@st.composite
def notebooks(draw: st.DrawFn) -> Case:
    """Notebooks with any cells."""
    notebook = json.loads(STYLES["notebook"](draw(teams()))["main.ipynb"])
    if draw(st.booleans()):
        cell = draw(st.sampled_from(notebook["cells"]))
        cell[draw(st.sampled_from(["source", "cell_type", "outputs"]))] = draw(
            values(st.sampled_from(["source", "text"]))
            | st.sampled_from([["%%bash\n", "x"], "%%time", "!a\\\n"])
        )
    if draw(st.integers(0, 5)) == 0:
        notebook[draw(st.sampled_from(["cells", "metadata", "nbformat"]))] = draw(scalars)
    data = draw(spoiled(_as_json(notebook), JSON_TOKENS))
    return Case((*draw(st.sampled_from(COMMANDS)), "main.ipynb"), {"main.ipynb": data})


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
        return "{" + ", ".join(f"{_json(key)} = {_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, int) and value >= 10**400:
        return "9" * 5000
    return _json("none" if value is None else value)


@st.composite
def command_lines(draw: st.DrawFn) -> Case:
    """Any command with any of its options, and any value for each."""
    name, parameters = draw(st.sampled_from(_commands()))
    arguments = [name]
    for option, takes_value in draw(st.lists(st.sampled_from(parameters), max_size=4)):
        arguments.append(option)
        if takes_value:
            arguments.append(draw(_option_value(option)))
    paths = (
        st.sampled_from(["crew.yaml", "crew.yaml", ".", "-", "no", "sub", "crew.txt", "\udcff.yaml"]) | texts
    )
    arguments += draw(st.lists(paths, max_size=2))
    clean = tuple(one.replace("\0", "") for one in arguments)
    return Case(
        clean,
        {"crew.yaml": GOOD, "crew.txt": b"x", "sub/a.py": b"x = 1"},
        stdin=draw(st.sampled_from([b"", GOOD])),
    )


@cache
def _commands() -> list[tuple[str, list[tuple[str, bool]]]]:
    group = typer.main.get_group(app)
    found = []
    for name, command in group.commands.items():
        if name in ("verify", "record", "lsp"):
            continue  # these run something else
        options = [
            (option, not getattr(one, "is_flag", False))
            for one in command.params
            for option in one.opts
            if option.startswith("-") and option not in ("--verify", "--output", "-o", "--config")
        ]
        found.append((name, [*options, ("--output", True), ("--config", True)]))
    return found


def _option_value(option: str) -> st.SearchStrategy[str]:
    if option in ("--output", "-o"):
        return st.sampled_from(
            ["out.txt", "sub/out", "no/such/out", "sub", "-", "crew.yaml", "./crew.yaml", "a" * 300]
        )
    if option in ("--format", "-f"):
        return st.sampled_from([*ANALYZE_FORMATS, "x"])
    likely = [
        "CP",
        "CP2,CP301",
        "error",
        "never",
        "topic=x",
        "=",
        "a=b=c",
        "1.15",
        "0.1",
        "99.9",
        "text",
        "gpt-4o",
    ]
    return st.sampled_from(likely) | texts | scalars.map(_text_of)


def _text_of(value: Any) -> str:
    try:
        return str(value)
    except ValueError:
        return "9" * 5000


MESSAGE_KEYS: Final = (
    *("role", "content", "type", "text", "name", "tool_calls", "function", "arguments", "parameters", "id"),
    *("image_url", "url", "detail", "input_schema", "properties", "items", "enum", "description", "required"),
    *("anyOf", "$ref", "$defs", "additionalProperties", "parts", "functionDeclarations", "toolSpec", "json"),
)
BODY_KEYS: Final = (
    *(
        "messages",
        "tools",
        "tool_choice",
        "response_format",
        "model",
        "system",
        "contents",
        "input",
        "prompt",
    ),
    *("toolConfig", "systemInstruction", "instructions", "thinking", "text", "functions", "modelId"),
)


@st.composite
def count_bodies(draw: st.DrawFn) -> Case:
    """Requests of every chat API, alone and one a line."""
    bodies = [draw(_bodies()) for _ in range(draw(st.integers(1, 2)))]
    data = draw(
        spoiled(b"\n".join(json.dumps(one).encode() if _dumps(one) else b"{}" for one in bodies), JSON_TOKENS)
    )
    options = draw(
        st.sampled_from([(), ("-f", "json"), ("--model", "gpt-4o"), ("--model", "claude-3-haiku")])
    )
    if draw(st.integers(0, 4)) == 0:
        return Case(("count", *options, "-"), stdin=data)
    return Case(("count", *options, "r.json"), {"r.json": data})


def _dumps(value: Any) -> bool:
    try:
        json.dumps(value)
    except ValueError:
        return False
    return True


@cache
def _bodies() -> st.SearchStrategy[Any]:
    anything = values(st.sampled_from(MESSAGE_KEYS) | texts)
    content = texts | st.lists(
        st.dictionaries(st.sampled_from(MESSAGE_KEYS), anything, max_size=3), max_size=2
    )
    message = st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "system", "assistant", "tool"]), "content": content},
        optional={"tool_calls": anything, "name": anything, "parts": anything},
    )
    schema = st.fixed_dictionaries({"type": st.just("object"), "properties": anything}) | anything
    tool = st.fixed_dictionaries(
        {
            "type": st.just("function"),
            "function": st.fixed_dictionaries({"name": texts, "parameters": schema}),
        }
    )
    base = st.fixed_dictionaries(
        {"model": st.sampled_from(["gpt-4o", "claude-sonnet-4-5", "gemini-2.0-flash"]) | texts},
        optional={"messages": st.lists(message, max_size=2), "tools": st.lists(tool | anything, max_size=2)},
    )
    more = st.dictionaries(st.sampled_from(BODY_KEYS), anything, max_size=2)
    return st.tuples(base, more).map(lambda pair: {**pair[0], **pair[1]})


KINDS: Final[dict[str, Callable[[], st.SearchStrategy[Case]]]] = {
    "yaml": yaml_crews,
    "jsonc": json_crews,
    "flows": flow_files,
    "python": python_files,
    "notebooks": notebooks,
    "settings": settings_files,
    "options": command_lines,
    "count": count_bodies,
}
