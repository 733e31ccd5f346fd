"""Measure how many tokens languages take, and write ``crewprof/estimate/data/language_tokens.json``.

The same short report, written in each language for this purpose (``language_samples.json``), is counted
with both bundled encodings: tokens per word, tokens per letter or sign, and tokens for the same content,
English being 1. Prints the table it writes.

Run: ``python scripts/measure_languages.py``
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from crewprof.tokens.encoding import ENCODINGS, count_text

TARGET = Path(__file__).parents[1] / "crewprof" / "estimate" / "data" / "language_tokens.json"
SAMPLES: dict[str, str] = json.loads(Path(__file__).with_name("language_samples.json").read_text("utf-8"))
WITHOUT_BLANKS = frozenset({"zh", "ja"})


def measured(code: str, encoding: str) -> dict[str, float]:
    """Tokens per word, per character and per content of the sample in ``code``."""
    text = SAMPLES[code]
    tokens = count_text(text, encoding)
    characters = len(re.findall(r"[^\s。，、：！？]", text)) if code in WITHOUT_BLANKS else len(text)
    words = characters / 1.6 if code in WITHOUT_BLANKS else len(text.split())
    return {
        "word": round(tokens / words, 2),
        "character": round(tokens / characters, 3),
        "content": round(tokens / count_text(SAMPLES["en"], encoding), 2),
    }


def main() -> None:
    """Write the file and print it as a table."""
    table = {encoding: {code: measured(code, encoding) for code in SAMPLES} for encoding in ENCODINGS}
    TARGET.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    for encoding, rows in table.items():
        print(f"{encoding:14}{'word':>8}{'character':>11}{'content':>9}")
        for code, row in rows.items():
            print(f"{code:14}{row['word']:8.2f}{row['character']:11.3f}{row['content']:9.2f}")


if __name__ == "__main__":
    main()
