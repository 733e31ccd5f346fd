"""What crewprof reads besides crews: recorded runs, traces, baselines, and answers it remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.fuzz.attempts import Case, Outcome, attempt_in, folder_of
from tests.fuzz.hostile import as_json_text
from tests.fuzz.kinds.settings_files import GOOD
from tests.fuzz.mutations import chances, mutated, twisted
from tests.fuzz.tokens import JSON_TOKENS
from tests.recorded.profiles import usual_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from random import Random

    from hypothesis import strategies as st

READERS: Final = (
    *(("profile", "-f", one) for one in ("text", "json", "html", "speedscope", "otlp")),
    ("profile", "--verbose"),
    ("profile", "--run", "last"),
    ("profile", "--drift", "--crew", "crew.yaml"),
    ("profile", "--drift", "--crew", "crew.yaml", "-f", "json"),
)
TRACES: Final[tuple[Any, ...]] = (
    {
        "resourceSpans": [
            {
                "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "crewai"}}]},
                "scopeSpans": [
                    {
                        "spans": [
                            {
                                "traceId": "0" * 32,
                                "spanId": "1" * 16,
                                "name": "Crew.kickoff",
                                "startTimeUnixNano": "1700000000000000000",
                                "endTimeUnixNano": "1700000009000000000",
                                "attributes": [],
                            },
                            {
                                "traceId": "0" * 32,
                                "spanId": "2" * 16,
                                "parentSpanId": "1" * 16,
                                "name": "chat gpt-4o",
                                "startTimeUnixNano": "1700000001000000000",
                                "endTimeUnixNano": "1700000002000000000",
                                "attributes": [
                                    {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-4o"}},
                                    {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "10"}},
                                    {"key": "gen_ai.usage.output_tokens", "value": {"intValue": 5}},
                                ],
                            },
                        ]
                    }
                ],
            }
        ]
    },
    {
        "id": "t",
        "timestamp": "2026-01-01T00:00:00Z",
        "observations": [
            {
                "id": "o",
                "type": "GENERATION",
                "name": "x",
                "model": "gpt-4o",
                "startTime": "2026-01-01T00:00:00Z",
                "endTime": "2026-01-01T00:00:02.5Z",
                "usage": {"input": 10, "output": 5, "total": 15},
            }
        ],
    },
)


def recorded_runs() -> st.SearchStrategy[Case]:
    """Recorded runs and traces, read by ``profile`` and by what estimates with them."""
    return chances.map(_recorded)


def _recorded(chance: Random) -> Case:
    if chance.randrange(4):
        lines = [*usual_run(), *usual_run("r2", "k2")]
        bent = twisted(lines, chance, most=4)
        rows = bent if isinstance(bent, list) else [bent]
        data = b"\n".join(map(_dumped, rows))
    else:
        data = _dumped(twisted(chance.choice(TRACES), chance))
    data = mutated(data, chance, JSON_TOKENS)
    name = chance.choice((".crewprof/profile.jsonl", "runs.jsonl"))
    files = {"crew.yaml": GOOD, name: data}
    if chance.randrange(3):
        return Case((*chance.choice(READERS), name), files)
    command = chance.choice((("analyze",), ("analyze", "-f", "json"), ("check",), ("explain", "--verbose")))
    return Case((*command, "crew.yaml", "--profile", name), files)


def baselines() -> st.SearchStrategy[Case]:
    """Baselines, read and written over."""
    return chances.map(_baseline)


def _baseline(chance: Random) -> Case:
    right = {"version": 1, "findings": [{"code": "CP501", "path": "crew.yaml", "fingerprint": "0" * 16}]}
    data = mutated(_dumped(twisted(right, chance)), chance, JSON_TOKENS)
    command = chance.choice(
        (("check",), ("check", "-f", "json"), ("analyze",), ("optimize",), ("diff", "HEAD"))
    )
    files = {"crew.yaml": GOOD, "b.json": data}
    if chance.randrange(6) == 0:
        return Case(("check", "crew.yaml", "--write-baseline", "b.json"), files, special={"b.json": "600"})
    return Case((*command, "crew.yaml", "--baseline", "b.json"), files)


def _dumped(data: Any) -> bytes:
    return as_json_text(data).replace("\n", "").encode("utf-8", "surrogatepass")


def remembered_answers() -> st.SearchStrategy[Case]:
    """Crews asked about twice; what is remembered between is bent by :func:`attempt_with_bent_answers`."""
    return chances.map(_asked)


def _asked(chance: Random) -> Case:
    command = chance.choice((("analyze",), ("check",), ("analyze", "-f", "json"), ("check", "-f", "csv")))
    words = chance.choice((b"about", b"on", b"of"))
    seed = str(chance.random())
    return Case(
        (*command, "crew.yaml"),
        {"crew.yaml": GOOD.replace(b"about", words)},
        variables={"CREWPROF_CACHE_DIR": ".git/cache", "BENT": seed},
    )


def attempt_with_bent_answers(case: Case) -> Outcome:
    """Run ``case``, bend what was remembered of it, and run it again: the answer must be the same."""
    from random import Random

    with folder_of(case) as folder:
        cache = folder / ".git" / "cache"
        cache.mkdir()
        first = attempt_in(case, folder)
        chance = Random(case.variables["BENT"])
        for file in _files_below(cache):
            data = file.read_bytes()
            bent = mutated(data[:20_000], chance, (b"crewprof answer 1\n", b"\n", b"0\n1\n"), most=2)
            _put(file, bent, chance)
        second = attempt_in(case, folder)
    faults = [one for one in (*first.faults, *second.faults) if not _is_of_cache(one)]
    if (first.code, first.out, first.err) != (second.code, second.out, second.err):
        faults.append("second run differs")
    return Outcome(second.code, second.out, second.err, second.seconds, tuple(faults))


def _files_below(folder: Path) -> Sequence[Path]:
    return [one for one in sorted(folder.rglob("*")) if one.is_file()]


def _put(file: Path, data: bytes, chance: Random) -> None:
    """``data`` in place of a file, or something that is no file."""
    file.unlink()
    match chance.randrange(8):
        case 0:
            file.mkdir()
        case 1:
            file.symlink_to(file.name)
        case 2:
            return
        case _:
            file.write_bytes(data)


def _is_of_cache(fault: str) -> bool:
    return any(
        f"{begin}: .git/cache" in fault
        for begin in ("left over", "file changed", "file gone", "file emptied")
    )
