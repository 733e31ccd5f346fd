"""Record CrewAI's prompt texts, by version, in ``crewprof/semantics/data/texts.json``.

Downloads the wheels of the versions in ``crewprof.semantics.behavior.KNOWN`` (or takes those in a folder
given as argument) and reads their texts without running them. Run it after adding a version to ``KNOWN``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crewprof.semantics.behavior import KNOWN, version_key
from crewprof.semantics.texts import KEYS, InstalledTexts, RecordedTexts

TARGET = Path(__file__).parents[1] / "crewprof" / "semantics" / "data" / "texts.json"


def main() -> None:
    """Write the data file."""
    changes: dict[str, list[tuple[str, str | None]]] = {key: [] for key in KEYS}
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(sys.argv[1]) if len(sys.argv) > 1 else download(Path(folder) / "wheels")
        found = {path.name.split("-")[1]: path for path in wheels.glob("crewai-*.whl")}
        versions = sorted(found, key=version_key)
        for version in versions:
            unpacked = Path(folder) / version
            unpack(found[version], unpacked)
            texts = InstalledTexts(unpacked / "crewai", RecordedTexts({}))
            for key, known in changes.items():
                text = texts.get(key) if texts.has(key) else None
                if not known and text is None:
                    continue
                if not known or known[-1][1] != text:
                    known.append((version, text))
    data = {"since": versions[0], "texts": {k: v for k, v in changes.items() if v}}
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


if __name__ == "__main__":
    main()
