"""Real crews, bent byte by byte, line by line and value by value.

``CREWPROF_REAL`` names a folder of more.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from tests.fuzz.attempts import Case
from tests.fuzz.commands import COMMANDS
from tests.fuzz.hostile import as_json_text
from tests.fuzz.mutations import chances, mutated, twisted
from tests.fuzz.tokens import JSON_TOKENS, PYTHON_TOKENS, YAML_TOKENS

if TYPE_CHECKING:
    from random import Random

    from hypothesis import strategies as st

SAMPLES: Final = Path(__file__).resolve().parents[3] / "sample_crews"
SUFFIXES: Final = {
    ".yaml": YAML_TOKENS,
    ".jsonc": JSON_TOKENS,
    ".json": JSON_TOKENS,
    ".ipynb": JSON_TOKENS,
    ".py": PYTHON_TOKENS,
    ".toml": JSON_TOKENS,
}
MOST_BYTES: Final = 60_000
"""Of a project: small ones, so that an hour holds many tries."""


def real_crews() -> st.SearchStrategy[Case]:
    """A sample crew with one or two of its files bent."""
    return chances.map(_bent)


def _bent(chance: Random) -> Case:
    files = dict(chance.choice(projects()))
    for name in chance.sample(sorted(files), k=min(len(files), chance.choice((1, 1, 2)))):
        data = files[name]
        if chance.randrange(3) == 0:
            data = _retold(name, data, chance)
        files[name] = mutated(data, chance, SUFFIXES[Path(name).suffix])
    given = chance.choice((".", *sorted(files)))
    return Case((*chance.choice(COMMANDS), given), files)


def verified_crews() -> st.SearchStrategy[Case]:
    """A sample definition with some of its values bent, played on the real CrewAI."""
    return chances.map(_verified)


def _verified(chance: Random) -> Case:
    definitions = [files["crew.yaml"] for files in projects() if "crew.yaml" in files]
    data = as_yaml(twisted(yaml.safe_load(chance.choice(definitions)), chance), chance)
    more = chance.choice(((), ("-f", "json"), ("--verbose",), ("--model", "gpt-4o")))
    return Case(("verify", "--no-project-code", *more, "crew.yaml"), {"crew.yaml": data})


def bent(case: Case, chance: Random) -> Case:
    """``case`` with one of its files, or its standard input, bent once more."""
    if not case.files:
        return replace(case, stdin=mutated(case.stdin, chance, JSON_TOKENS))
    name = chance.choice(sorted(case.files))
    tokens = SUFFIXES.get(Path(name).suffix, JSON_TOKENS)
    return replace(case, files={**case.files, name: mutated(case.files[name], chance, tokens)})


def _retold(name: str, data: bytes, chance: Random) -> bytes:
    """A definition written anew from its bent data; others as they are."""
    try:
        if name.endswith(".yaml"):
            return as_yaml(twisted(yaml.safe_load(data), chance), chance)
        if name.endswith((".json", ".ipynb")):
            return as_json_text(twisted(json.loads(data), chance)).encode("utf-8", "surrogatepass")
    except (ValueError, yaml.YAMLError):  # JSON with comments, long numbers, no YAML
        return data
    return data


def as_yaml(data: Any, chance: Random) -> bytes:
    """``data`` as YAML in one of its styles."""
    text: str = yaml.safe_dump(
        data,
        sort_keys=False,
        allow_unicode=chance.random() < 0.5,
        default_flow_style=chance.choice((None, True, False)),
        default_style=chance.choice((None, None, '"', "'", "|", ">")),
        width=chance.choice((20, 80, 4000)),
    )
    return text.encode("utf-8", "surrogatepass")


@cache
def projects() -> tuple[dict[str, bytes], ...]:
    """The files of each sample crew, and of each folder of ``CREWPROF_REAL``, by name."""
    folders = [one for one in SAMPLES.iterdir() if one.is_dir()]
    if real := os.environ.get("CREWPROF_REAL"):
        folders += [one for one in Path(real).iterdir() if one.is_dir()]
    found = []
    for folder in sorted(folders):
        names = [one for one in folder.rglob("*") if one.suffix in SUFFIXES and one.is_file()]
        files = {str(one.relative_to(folder)): one.read_bytes() for one in names}
        if files and sum(map(len, files.values())) <= MOST_BYTES:
            found.append(files)
    return tuple(found)
