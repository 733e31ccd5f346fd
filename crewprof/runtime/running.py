"""Running jobs in a process of their own, offline."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.errors import CrewprofError, MissingExtra
from crewprof.runtime.job import CrewJob, RunRecord

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TIME_LIMIT = 600.0
"""Seconds after which a run is given up: many times what scaled delays add up to."""

_QUIET = {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "OTEL_SDK_DISABLED": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "CREWAI_TESTING": "true",
    "OPENAI_API_KEY": "offline",
}


def require_crewai() -> None:
    """Raise :class:`MissingExtra` where CrewAI is not installed beside crewprof."""
    if importlib.util.find_spec("crewai") is None:
        raise MissingExtra(
            "verify runs the crew on the real CrewAI, which is not installed here",
            hint="pip install 'crewprof[crewai]'",
        )


def run_jobs(jobs: Sequence[CrewJob], environment: Mapping[str, str]) -> tuple[RunRecord, ...]:
    """Run ``jobs`` one after another in one fresh process; ``environment`` is what it inherits.

    Raises :class:`CrewprofError` when the process dies or takes longer than :data:`TIME_LIMIT`.
    """
    require_crewai()
    with tempfile.TemporaryDirectory(prefix="crewprof-verify-") as folder:
        result = Path(folder) / "records.json"
        settings = {**environment, **_QUIET, "CREWAI_STORAGE_DIR": folder, "PYTHONPATH": _import_path()}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "crewprof.runtime.child", str(result)],
                input=json.dumps([job.to_data() for job in jobs], default=str),
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=TIME_LIMIT,
                env=settings,
                cwd=folder,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise CrewprofError(
                f"the run was given up after {TIME_LIMIT:.0f} s",
                hint="does a callback or tool of the crew wait?",
            ) from error
        if not result.is_file():
            last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
            raise CrewprofError(f"the process that runs the crew died: {last}")
        return tuple(RunRecord.from_data(data) for data in json.loads(result.read_text(encoding="utf-8")))


def _import_path() -> str:
    """Where this crewprof is imported from, for a child that starts in another folder."""
    return str(Path(__file__).resolve().parents[2])
