"""How long an edit takes in an editor: from the change to the diagnostics, for a crew of 30 tasks.

Starts ``crewprof lsp``, opens the crew, and types into the description of one task after another.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import yaml
from lsprotocol import types as lsp

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.editor.session import Editor, editor

TASKS = 30
EDITS = 30


def main() -> None:
    """Print the milliseconds of an edit."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crew.yaml"
        path.write_text(crew_text(), encoding="utf-8")
        first, edits, busy = asyncio.run(measured(path))
    print(f"{TASKS} tasks: opened in {first * 1000:.0f} ms")
    print(
        f"{len(edits)} edits: median {statistics.median(edits) * 1000:.0f} ms, "
        f"largest {max(edits) * 1000:.0f} ms from the change to the diagnostics; "
        f"{busy / len(edits) * 1000:.0f} ms of processor time each"
    )


def crew_text() -> str:
    """A crew of tasks on several agents, each third with context."""
    agents = {
        f"agent_{number}": {
            "role": f"Role {number}",
            "goal": "Write about the market.",
            "backstory": "You have written about markets for years.",
            "llm": "openai/gpt-4o",
        }
        for number in range(6)
    }
    tasks = [
        {
            "name": f"task_{number}",
            "description": f"Write about part {number} of the market.",
            "expected_output": "A report of 400 words.",
            "agent": f"agent_{number % 6}",
            **({"context": [f"task_{number - 1}"]} if number % 3 == 2 else {}),
        }
        for number in range(TASKS)
    ]
    return yaml.safe_dump({"name": "market", "agents": agents, "tasks": tasks}, sort_keys=False)


async def measured(path: Path) -> tuple[float, list[float], float]:
    """Seconds until the first diagnostics, of each edit, and the processor's for all edits."""
    lines = path.read_text(encoding="utf-8").splitlines()
    places = [number for number, line in enumerate(lines) if "description:" in line]
    async with editor(path.parent) as client:
        begun = time.perf_counter()
        uri = client.show(path)
        await client.wait()
        opened = time.perf_counter() - begun
        found = []
        busy = processor_seconds(client)
        for number in range(EDITS):
            line = places[number % len(places)]
            end = lsp.Position(line, len(lines[line]))
            begun = time.perf_counter()
            client.type_over(uri, lsp.Range(end, end), " More")
            lines[line] += " More"
            await client.wait()
            found.append(time.perf_counter() - begun)
        busy = processor_seconds(client) - busy
    return opened, found, busy


def processor_seconds(client: Editor) -> float:
    """What the server has used so far, where the system tells it; else 0."""
    server = client._server
    status = Path(f"/proc/{server.pid}/stat") if server is not None else None
    if status is None or not status.is_file():
        return 0.0
    words = status.read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
