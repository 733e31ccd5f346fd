"""What ``--output`` may write over, and as what it leaves it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import GOOD, ROOT, crewprof

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links, pipes and modes of Unix")

BROKEN = "agents: {"
REQUEST = '{"model": "gpt-4o", "messages": []}'
INPUTS = {
    "the crew": ("analyze", "crew.yaml", "crew.yaml"),
    "a crew of a folder": ("check", ".", "crew.yaml"),
    "a crew that is optimized": ("optimize", "crew.yaml", "crew.yaml"),
    "one that is explained": ("explain", "crew.yaml", "crew.yaml"),
    "one that cannot be read": ("analyze", "broken.yaml", "broken.yaml"),
    "settings": ("analyze", "crew.yaml", "crewprof.toml"),
    "a request": ("count", "r.json", "r.json"),
}
NAMES = {"itself": None, "a link": os.symlink, "a hard link": os.link}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", INPUTS)
def test_an_input_is_not_overwritten_by_any_of_its_names(kind: str, name: str, tmp_path: Path) -> None:
    texts = {"crew.yaml": GOOD, "broken.yaml": BROKEN, "crewprof.toml": "", "r.json": REQUEST}
    command, given, output = INPUTS[kind]
    for file, text in texts.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    link = NAMES[name]
    (tmp_path / "out").mkdir()
    if link is not None:
        link(tmp_path / output, tmp_path / "out" / "other")
    done = crewprof(command, given, "-o", "out/other" if link is not None else output, cwd=tmp_path)
    assert done.returncode == 2
    assert "would overwrite" in done.stderr
    assert {file: (tmp_path / file).read_text(encoding="utf-8") for file in texts} == texts


def test_a_file_of_two_names_is_refused_and_a_full_disk_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "crew.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "old").write_text("old", encoding="utf-8")
    (tmp_path / "other").hardlink_to(tmp_path / "old")
    done = crewprof("analyze", "crew.yaml", "-o", "old", cwd=tmp_path)
    assert done.returncode == 2
    assert "hard links" in done.stderr
    assert (tmp_path / "old").read_text(encoding="utf-8") == "old"
    (tmp_path / "other").unlink()
    before = sorted(tmp_path.iterdir())
    limited = f"ulimit -f 0; {sys.executable} -m crewprof analyze crew.yaml --no-cache -o old"
    full = subprocess.run(
        ["sh", "-c", limited],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert full.returncode == 2, full.stderr
    assert "cannot write the report" in full.stderr
    assert (tmp_path / "old").read_text(encoding="utf-8") == "old"
    assert sorted(tmp_path.iterdir()) == before


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    (tmp_path / "crew.yaml").write_text(GOOD, encoding="utf-8")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        done = crewprof("analyze", "crew.yaml", "-f", "json", "-o", "pipe", cwd=tmp_path)
        assert reader.stdout is not None
        assert reader.stdout.read().startswith(b"{")
    assert done.returncode == 0
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert crewprof("analyze", "crew.yaml", "-o", "/dev/null", cwd=tmp_path).returncode == 0
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "crew.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "new").symlink_to("target")
    done = crewprof("analyze", "crew.yaml", "-o", "circle", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: circle: cannot write the report")
    assert crewprof("analyze", "circle", cwd=tmp_path).returncode == 2
    assert crewprof("analyze", "crew.yaml", "-f", "json", "-o", "new", cwd=tmp_path).returncode == 0
    assert (tmp_path / "new").is_symlink()
    assert (tmp_path / "target").read_text(encoding="utf-8").startswith("{")
