"""What the rules say of real crews, so that a person can read every finding and judge it.

Three groups of crews are looked at: ``sample`` (this repository's), ``definition`` (made from the YAML and
JSON of the collection in the shared folder: agents and tasks put together into one ``crew.yaml``), and
``project`` (whole projects with their Python, below the folder named by CREWPROF_CREWS; that Python is not
ours to keep). Prints for every rule on how many crews of each group it fires.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crewprof.analysis.options import AnalysisOptions
from crewprof.analysis.pipeline import analyse_crew
from crewprof.crew.discovery import load_all
from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.errors import CrewprofError
from crewprof.rules.registry import every_rule
from crewprof.source.jsonc_document import parse_jsonc
from crewprof.source.text import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crewprof.analysis.result import Analysis
    from crewprof.crew.definition import Crew

REPOSITORY = Path(__file__).resolve().parent.parent
GROUPS = ("sample", "definition", "project")


@dataclass(frozen=True)
class Examined:
    """A crew and what was found in it."""

    group: str
    name: str
    analysis: Analysis


def shared_folder() -> Path:
    """Where the collection of real crews lies."""
    named = os.environ.get("CREWPROF_SHARED")
    return Path(named) if named else REPOSITORY.parent / "shared"


def crews(scratch: Path) -> Iterator[tuple[str, str, Crew]]:
    """Every crew at hand with its group and a name for it; definitions are written below ``scratch``."""
    yield from _below("sample", REPOSITORY / "sample_crews")
    for name, text in definitions(shared_folder() / "data" / "crews"):
        path = scratch / name.replace("/", "__") / "crew.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        try:
            yield "definition", name, load_crew_yaml(SourceText.read(path))
        except CrewprofError as error:
            print(f"skipped {name}: {error}", file=sys.stderr)
    if named := os.environ.get("CREWPROF_CREWS"):
        yield from _below("project", Path(named))


def _below(group: str, folder: Path) -> Iterator[tuple[str, str, Crew]]:
    for project in sorted(path for path in folder.iterdir() if path.is_dir()):
        loaded = load_all(project)
        for error in loaded.errors:
            print(f"skipped a crew of {project.name}: {error}", file=sys.stderr)
        for crew in loaded.crews:
            yield group, f"{Path(crew.path).relative_to(folder)} {crew.name}", crew


def definitions(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and text of a ``crew.yaml`` for every folder of YAML or JSON that describes agents and tasks."""
    for place in sorted({path.parent for path in folder.rglob("*") if path.is_file()}):
        name = str(place.relative_to(folder))
        agents, tasks = _first(place, "role"), _first(place, "description")
        if agents and tasks:
            yield name, f"agents:\n{indent(agents, '  ')}\ntasks:\n{_as_list(tasks)}"
        for path in sorted(place.glob("*.y*ml")):
            data = _loaded(path)
            if isinstance(data.get("agents"), dict | list) and isinstance(data.get("tasks"), dict | list):
                yield f"{name}/{path.name}", path.read_text(encoding="utf-8")
        if (place / "crew.jsonc").is_file():
            try:
                yield name, _from_json(place)
            except CrewprofError as error:
                print(f"skipped {name}: {error}", file=sys.stderr)


def _as_list(tasks: str) -> str:
    """A mapping of tasks as the list a ``crew.yaml`` wants, its lines as they are where that can be."""
    listed = re.sub(
        r"^([\w-]+):[ \t]*\n((?:[ \t]*(?:#.*)?\n)*)( {2,})(?=\S)",
        lambda found: f"-{found[3][1:]}name: {found[1]}\n{found[2]}{found[3]}",
        tasks,
        flags=re.MULTILINE,
    )
    data = yaml.safe_load(tasks)
    wanted = [{"name": name, **task} for name, task in data.items()]
    try:
        if yaml.safe_load(listed) == wanted:
            return indent(listed, "  ")
    except yaml.YAMLError:
        pass
    return indent(yaml.safe_dump(wanted, allow_unicode=True, sort_keys=False, width=100), "  ")


def _first(folder: Path, key: str) -> str | None:
    """The text of the first YAML file of ``folder`` that maps names to mappings which hold ``key``."""
    for path in sorted(folder.glob("*.y*ml")):
        data = _loaded(path)
        if data and all(isinstance(one, dict) and key in one for one in data.values()):
            return path.read_text(encoding="utf-8-sig")
    return None


def _loaded(path: Path) -> Mapping[str, object]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError):
        return {}
    return data if isinstance(data, dict) else {}


def _from_json(folder: Path) -> str:
    crew = parse_jsonc(SourceText.read(folder / "crew.jsonc")).data
    if not isinstance(crew, dict):
        return ""
    names = crew.get("agents") or []
    files = {name: folder / "agents" / f"{name}.jsonc" for name in names if isinstance(name, str)}
    crew["agents"] = {
        name: parse_jsonc(SourceText.read(path)).data for name, path in files.items() if path.is_file()
    }
    return str(yaml.safe_dump(crew, allow_unicode=True, sort_keys=False, width=100))


def examined(select: tuple[str, ...]) -> Iterator[Examined]:
    """Every crew, analysed."""
    options = AnalysisOptions(today=date(2025, 11, 20), crewai_version="1.15.30", select=select)
    with tempfile.TemporaryDirectory() as folder:
        for group, name, crew in crews(Path(folder)):
            try:
                yield Examined(group, name, analyse_crew(crew, options))
            except CrewprofError as error:
                print(f"skipped {name}: {error}", file=sys.stderr)


def table(all_examined: Iterable[Examined]) -> str:
    """On how many crews of each group each rule fires, and how often in all."""
    crews_of: dict[str, Counter[str]] = defaultdict(Counter)
    total: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for one in all_examined:
        total[one.group] += 1
        times.update(found.code for found in one.analysis.findings)
        for code in {found.code for found in one.analysis.findings}:
            crews_of[code][one.group] += 1
    lines = [f"{'':<36}" + "".join(f"{group:>18}" for group in GROUPS) + f"{'findings':>10}"]
    lines.append(f"{'crews':<36}" + "".join(f"{total[group]:>18}" for group in GROUPS))
    for rule in every_rule():
        shares = "".join(_share(crews_of[rule.code][group], total[group]) for group in GROUPS)
        lines.append(f"{rule.code} {rule.name:<30}{shares}{times[rule.code]:>10}")
    return "\n".join(lines)


def _share(number: int, of: int) -> str:
    return f"{f'{number}  {number / of:>4.0%}' if of else '':>18}"


def listing(one: Examined) -> str:
    """Each finding of a crew, to be read."""
    lines = [f"\n{one.group} {one.name}"]
    for found in one.analysis.findings:
        saves = found.saves
        cost = f"${saves.cost_usd:.5f}" if saves.cost_usd is not None else "?"
        tokens = f"{saves.tokens:.0f} tokens" if saves.tokens is not None else "? tokens"
        fix = f"[{found.fix.applicability.value}] {found.fix.title}" if found.fix else "no fix"
        lines.append(f"  {found.code} line {found.place.line}: {found.message}")
        lines.append(f"        {tokens}, {cost}; {fix}")
    return "\n".join(lines)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--list", action="store_true", help="print every finding")
    arguments.add_argument("--select", action="append", default=[], help="only rules of this code or prefix")
    given = arguments.parse_args()
    results = list(examined(tuple(given.select)))
    if given.list:
        print("\n".join(listing(one) for one in results if one.analysis.findings), end="\n\n")
    print(table(results))
