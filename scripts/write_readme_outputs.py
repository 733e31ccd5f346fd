"""Write what the README shows anew: every block below a ``<!-- $ command -->`` line is that command's output.

Run from the root of the checkout, in the environment ``make test`` sets up. With ``--check`` nothing is
written; the exit code is 1 when a block is out of date.
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"
BLOCK = re.compile(r"(<!-- \$ (?P<command>[^\n]*) -->\n```\w*\n).*?(```\n)", re.DOTALL)
WIDTH = "100"


def output_of(command: str) -> str:
    words = shlex.split(command)
    if words[0] == "crewprof":
        words = [sys.executable, "-m", *words]
    elif words[0] == "python":
        words[0] = sys.executable
    root = README.parent
    environment = {**os.environ, "COLUMNS": WIDTH, "PYTHONPATH": str(root), "NO_COLOR": "1"}
    done = subprocess.run(words, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{command}: {done.stderr}")
    return (done.stdout + done.stderr).rstrip() + "\n"


def main() -> None:
    text = README.read_text(encoding="utf-8")
    new = BLOCK.sub(lambda found: found[1] + output_of(found["command"]) + found[3], text)
    if "--check" in sys.argv:
        old_lines, new_lines = text.splitlines(keepends=True), new.splitlines(keepends=True)
        sys.stdout.writelines(difflib.unified_diff(old_lines, new_lines, "README", "now"))
        sys.exit(int(text != new))
    README.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
