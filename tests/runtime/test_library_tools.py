"""Tools that cannot be made here, for want of a package or a key, still stand in a crew that is verified."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SCRIPT = """
import json
from crewprof.runtime.library_tools import let_every_tool_be_made
let_every_tool_be_made()
from crewai_tools import FileReadTool, MySQLSearchTool
broken, whole = MySQLSearchTool(), FileReadTool(file_path="notes.txt")
print(json.dumps([broken.name, bool(broken.description), type(broken).__name__, whole.file_path]))
"""


def test_a_tool_that_cannot_be_made_becomes_a_bare_one() -> None:
    pytest.importorskip("crewai_tools")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 0, done.stderr
    name, has_description, kind, file = json.loads(done.stdout.strip().splitlines()[-1])
    assert (kind, has_description) == ("MySQLSearchTool", True)
    assert "database" in name
    assert file == "notes.txt", "a tool that can be made is the real one"
