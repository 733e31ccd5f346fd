"""Write docs/rules.md from the rules' own pages."""

from __future__ import annotations

from pathlib import Path

from crewprof.rules.registry import every_rule

TARGET = Path(__file__).resolve().parent.parent / "docs" / "rules.md"


def document() -> str:
    """All rules: a table, then the page of each."""
    rows = [
        f"| [{rule.code}](#{rule.code.lower()}) | `{rule.name}` | {rule.severity.value} | {rule.summary} |"
        for rule in every_rule()
    ]
    head = [
        "# Rules",
        "",
        "Written from the code by `make docs`.",
        "",
        "| code | name | severity | says |",
        "|---|---|---|---|",
    ]
    pages: list[str] = []
    for rule in every_rule():
        body = "\n".join(f"#{line}" if line.startswith("## ") else line for line in rule.page.splitlines())
        pages += ["", f"## {rule.code}", "", f"`{rule.name}` · {rule.severity.value}", "", body]
    return "\n".join([*head, *rows, *pages]) + "\n"


def main() -> None:
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
