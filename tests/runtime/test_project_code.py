"""``verify`` says which Python of the project it will import, and with ``--no-project-code`` imports none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.test_commands import GOOD, crewprof

if TYPE_CHECKING:
    from pathlib import Path

RAN = "from pathlib import Path\nPath(__file__).with_name('ran').touch()\n"
PLACES = {
    "checks.py": GOOD.replace("agent: writer\n", "agent: writer\n    guardrail: {python: checks.check}\n"),
    "tools/finder.py": GOOD.replace(
        "openai/gpt-4o-mini\n", "openai/gpt-4o-mini\n    tools: ['custom:finder']\n"
    ),
    "main.py": "",
}
SCRIPT = (
    RAN
    + """
from crewai import Agent, Crew, Task
a = Agent(role="R", goal="G", backstory="B", llm="gpt-4o-mini")
Crew(agents=[a], tasks=[Task(description="D", expected_output="E", agent=a)]).kickoff()
"""
)


@pytest.mark.parametrize("file", PLACES)
def test_no_project_code_is_imported_unless_it_may_be(file: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'p'\n", encoding="utf-8")
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(SCRIPT if file == "main.py" else RAN, encoding="utf-8")
    crew = "main.py" if file == "main.py" else "crew.yaml"
    if PLACES[file]:
        (tmp_path / crew).write_text(PLACES[file], encoding="utf-8")
    done = crewprof("verify", "--no-project-code", crew, cwd=tmp_path)
    assert done.returncode == 2, done.stdout
    assert "has to be imported: " + file.removesuffix(".py").split("/")[0] in done.stderr
    assert not list(tmp_path.rglob("ran"))
    assert not list(tmp_path.rglob("__pycache__"))
