"""Attack the readers of YAML, JSONC, Python and notebooks with atheris, which follows what runs they take.

A tenth of ``FUZZ_SECONDS`` (3,600), longer with ``FUZZ_READER_SECONDS``. What fails is kept in
``.fuzz/readers/``: the first byte chooses the form, the others are the file. atheris has wheels for Linux and
some versions of Python; elsewhere this says so and does nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS: Final = float(
    os.environ.get("FUZZ_READER_SECONDS") or float(os.environ.get("FUZZ_SECONDS", "3600")) / 10
)
FORMS: Final = ("crew.yaml", "crew.jsonc", "main.py", "main.ipynb", "flow.yaml")
"""Names that a text is read under; its first byte chooses one."""
SUFFIXES: Final = {".yaml": 0, ".json": 1, ".jsonc": 1, ".py": 2, ".ipynb": 3}
LONGEST: Final = 6_000
"""Bytes of a file."""
KEPT: Final = ROOT / ".fuzz" / "readers"
LIMITS: Final = ("-timeout=10", "-rss_limit_mb=3000", "-detect_leaks=0", "-print_final_stats=1")
"""Ten seconds on a busy machine are a hang: 6 kB take milliseconds."""


def read(data: bytes) -> None:
    """Read a file as the command line does; only clear errors may come of it."""
    from crewprof.crew.discovery import load_all
    from crewprof.crew.owners import Owners
    from crewprof.errors import InputError, Unexpected
    from crewprof.source.documents import Documents
    from crewprof.source.text import SourceText

    if not data:
        return
    name = FORMS[data[0] % len(FORMS)]
    try:
        text = SourceText.from_bytes(name, data[1:])
    except InputError:
        return
    for error in load_all(name, Owners(Documents(texts={name: text}))).errors:
        if isinstance(error, Unexpected):
            raise error


def seeds() -> Iterator[bytes]:
    """The files of the sample crews, each after the byte of its form."""
    for file in sorted((ROOT / "sample_crews").rglob("*")):
        form = 4 if file.stem == "flow" else SUFFIXES.get(file.suffix)
        if form is not None and file.is_file():
            yield bytes([form]) + file.read_bytes()[:LONGEST]


def main() -> None:
    try:
        import atheris
    except ImportError:
        print("atheris has no wheel for this Python: the readers are attacked by benchmarks.fuzz alone")
        return
    # Kept out: its dataclasses compile what they need when they are first used.
    with atheris.instrument_imports(include=["crewprof"], exclude=["crewprof.quick_dataclasses"]):
        from tests.processes import load_crewprof

        load_crewprof()  # what is imported here is followed
    corpus = KEPT / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds()):
        (corpus / f"sample-{number}").write_bytes(data)
    (KEPT / "empty" / ".git").mkdir(parents=True, exist_ok=True)
    os.chdir(KEPT / "empty")  # a project of its own, where nothing else is found
    limits: list[Any] = [f"-max_total_time={SECONDS:.0f}", f"-max_len={LONGEST}", *LIMITS]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={KEPT}/", str(corpus)], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
