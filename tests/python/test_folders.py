"""Folders that code lists, against the real Python: the same files, which has them in any order."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewprof.python.interpreter import Interpreter
from crewprof.python.project import PythonProject
from crewprof.python.uncertain import UnknownItems
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    import pytest

NAMES = st.text("ab.", min_size=1, max_size=3).filter(lambda one: one.strip("."))
FILES = st.dictionaries(
    st.lists(NAMES, min_size=1, max_size=3).map("/".join), st.sampled_from(["yaml", "txt"]), max_size=6
)
PARTS = st.sampled_from(["*", "**", "a*", "*.yaml", "*b", "[ab]*", "?", "a", ".*"])
PATTERNS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(files=FILES, pattern=PATTERNS)
def test_listings(tmp_path_factory: pytest.TempPathFactory, files: dict[str, str], pattern: str) -> None:
    root = tmp_path_factory.mktemp("project")
    for name, suffix in files.items():
        path = root / "data" / f"{name}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x: 1")
    source = f"""
import glob, os
from pathlib import Path
HERE = Path(__file__).parent
listed = sorted(os.listdir("data"))
inside = sorted(p.name for p in (HERE / "data").iterdir())
matched = sorted(str(p) for p in Path("data").glob({pattern!r}))
deep = sorted(str(p) for p in Path("data").rglob({pattern!r}))
named = sorted(glob.glob("data/" + {pattern!r}))
everywhere = sorted(glob.iglob("data/" + {pattern!r}, recursive=True))
walked = []
for folder, inner, names in os.walk("data"):
    inner[:] = sorted(one for one in inner if one != "a")
    walked.extend(sorted(os.path.join(folder, one) for one in names))
"""
    (root / "main.py").write_text(source)
    real = _run(source, root)
    project = PythonProject(root)
    module = project.read(root / "main.py")
    assert module is not None
    names = Interpreter(project).names_of(module)
    for name, expected in real.items():
        found = names.get(name)
        if isinstance(found, list) and not any(isinstance(one, UnknownItems) for one in found):
            assert found == expected, (name, pattern, sorted(files))
        else:
            assert name not in names or isinstance(found, Unknown | list)
            is_rare = (
                name in ("inner", "names") or "**" in pattern or not any(sign in pattern for sign in "*?[")
            )
            assert not expected or is_rare, (name, pattern, sorted(files))


def _run(source: str, root: Path) -> dict[str, list[str]]:
    """What the real Python makes of it, in the folder of the project."""
    before = Path.cwd()
    names: dict[str, object] = {"__file__": str(root / "main.py"), "glob": glob, "os": os}
    os.chdir(root)
    try:
        exec(compile(source, "main.py", "exec"), names)
    except FileNotFoundError:
        return {}
    finally:
        os.chdir(before)
    return {name: one for name, one in names.items() if isinstance(one, list)}
