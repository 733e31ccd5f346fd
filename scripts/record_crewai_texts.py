"""Record the token counts of CrewAI's prompt texts, by version, in ``crewprof/semantics/data/texts.json``.

Downloads the wheels of the versions in ``crewprof.semantics.behavior.KNOWN`` (or takes those in a folder
given as argument) and reads their texts without running them. Run it after adding a version to ``KNOWN``.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crewprof.semantics.behavior import KNOWN, version_key
from crewprof.semantics.texts import KEYS, PLACEHOLDER, InstalledTexts, RecordedTexts
from crewprof.tokens.encoding import ENCODINGS, count_text

TARGET = Path(__file__).parents[1] / "crewprof" / "semantics" / "data" / "texts.json"

SAFE_CUT: Final = re.compile(r"(?<=[a-z])(?= [a-z])")
"""Both tokenizers always begin a new piece at a space between two letters, whatever stands around it."""


def main() -> None:
    """Write the data file."""
    changes: dict[str, list[tuple[str, Any]]] = {key: [] for key in KEYS}
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(sys.argv[1]) if len(sys.argv) > 1 else download(Path(folder) / "wheels")
        found = {path.name.split("-")[1]: path for path in wheels.glob("crewai-*.whl")}
        versions = sorted(found, key=version_key)
        for version in versions:
            unpacked = Path(folder) / version
            unpack(found[version], unpacked)
            texts = InstalledTexts(unpacked / "crewai", RecordedTexts({}))
            for key, known in changes.items():
                template = texts.get(key)
                text = pieces_of(key, str(template[0])) if template else ([] if texts.has(key) else None)
                if not known and text is None:
                    continue
                if not known or known[-1][1] != text:
                    known.append((version, text))
    data = {
        "encodings": list(ENCODINGS),
        "since": versions[0],
        "texts": {k: v for k, v in changes.items() if v},
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(data, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(versions)} versions, {sum(len(v) for v in changes.values())} texts: {TARGET}")


def download(folder: Path) -> Path:
    """The wheels of the known versions, from the package index."""
    for version in KNOWN:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", f"crewai=={version}"]
        subprocess.run([*command, "--dest", str(folder)], check=True)
    return folder


def unpack(wheel: Path, target: Path) -> None:
    """The files of a wheel that hold texts."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(("en.json", "task.py", "llm_guardrail.py", "planning_handler.py", "prompts.py")):
                archive.extract(name, target)


def pieces_of(key: str, text: str) -> list[Any]:
    """Placeholders and short texts as they are; of long ones the ends, and the counts between.

    Descriptions of tools stay whole: a tool's definition is rewritten before it is counted.
    """
    if key.startswith("tools."):
        return [text]
    pieces: list[Any] = []
    start = 0
    for placeholder in PLACEHOLDER.finditer(text):
        pieces += counted(text[start : placeholder.start()])
        pieces.append(placeholder[0])
        start = placeholder.end()
    pieces += counted(text[start:])
    return joined(pieces)


def counted(text: str) -> list[Any]:
    """The ends of ``text`` with the counts between them, if it has two places to cut."""
    cuts = [match.start() for match in SAFE_CUT.finditer(text)]
    if len(cuts) < 2:
        return [text] if text else []
    first, last = cuts[0], cuts[-1]
    return [[text[:first], [count_text(text[first:last], name) for name in ENCODINGS], text[last:]]]


def joined(pieces: list[Any]) -> list[Any]:
    """Neighbouring strings made one."""
    result: list[Any] = []
    for piece in pieces:
        if isinstance(piece, str) and result and isinstance(result[-1], str):
            result[-1] += piece
        else:
            result.append(piece)
    return result


if __name__ == "__main__":
    main()
