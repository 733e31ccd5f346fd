"""Draw what a terminal shows of ``crewprof analyze`` on a sample crew, for the top of the README.

Run from the root of the checkout, in the environment ``make test`` sets up. With ``--check`` nothing is
written; the exit code is 1 when the picture is out of date.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "analyze.svg"
COMMAND = ("analyze", "sample_crews/market_fan_out/crew.yaml")
SHOWN = ("Tasks", "Fastest order CrewAI can run")
"""Sections of the report that follow its head in the picture."""
WIDTH = 92


def shown() -> str:
    """The head of the report and the sections in :data:`SHOWN`, with the colours of a terminal."""
    environment = {**os.environ, "COLUMNS": str(WIDTH), "PYTHONPATH": str(ROOT), "FORCE_COLOR": "1"}
    environment.pop("NO_COLOR", None)
    words = [sys.executable, "-m", "crewprof", *COMMAND]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    head, *sections = done.stdout.split("\n\n")
    kept = [one for one in sections if Text.from_ansi(one).plain.startswith(SHOWN)]
    totals = next(one for one in sections if "worst case" in one)
    return "\n\n".join([head, totals, *kept])


def picture() -> str:
    """The SVG; its letters are those of the reader's machine, so that nothing is fetched."""
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(
        Text.assemble(("$ crewprof analyze crew.yaml", "bold"), "\n"),
        Text.from_ansi(shown() + "\n"),
        sep="\n",
    )
    drawn = console.export_svg(title="crewprof", theme=MONOKAI, unique_id="crewprof")
    head, rest = drawn.split("<style>", 1)
    style = rest[rest.index(".crewprof-matrix") :]
    return f"{head}<style>\n    {style}".replace("Fira Code", "ui-monospace")


def main() -> None:
    new = picture()
    if "--check" in sys.argv:
        sys.exit(int(not PICTURE.exists() or PICTURE.read_text(encoding="utf-8") != new))
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
