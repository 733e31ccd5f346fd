"""``crewprof rule``: the page of a rule, and the list of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.report.json_values import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.report.look import Look
    from crewprof.rules.rule import Rule


def render_list(rules: Sequence[Rule], report_format: str, look: Look) -> str:
    """All ``rules``, one a line, as ``text``, ``json`` or ``markdown``."""
    if report_format == "json":
        return written({"version": 1, "rules": [_summary(rule) for rule in rules]})
    if report_format == "markdown":
        rows = [f"| {rule.code} | {rule.name} | {rule.severity.value} | {rule.summary} |" for rule in rules]
        return (
            "\n".join(("| code | name | severity | what it finds |", "| --- | --- | --- | --- |", *rows))
            + "\n"
        )
    return _list_as_text(rules, look)


def render_pages(rules: Sequence[Rule], report_format: str, look: Look) -> str:
    """The pages of ``rules`` as ``text``, ``json`` or ``markdown``."""
    if report_format == "json":
        return written({"version": 1, "rules": [_summary(rule) | {"page": rule.page} for rule in rules]})
    if report_format == "markdown":
        return "\n\n".join(_page(rule) for rule in rules) + "\n"
    return _pages_as_text(rules, look)


def _summary(rule: Rule) -> dict[str, str]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "summary": rule.summary,
    }


def _page(rule: Rule) -> str:
    return f"# {rule.code}: {rule.name}\n\n{rule.severity.value}\n\n{rule.page}"


def _list_as_text(rules: Sequence[Rule], look: Look) -> str:
    from crewprof.report.drawing import Table
    from crewprof.report.terminal import styled, to_text
    from crewprof.report.text_findings import SEVERITY_STYLES

    table = Table(gap=1)
    table.add_column(wraps=False)
    table.add_column(wraps=False)
    table.add_column()
    for rule in rules:
        table.add_row(
            styled(rule.code, "bold"),
            styled(rule.severity.value, SEVERITY_STYLES[rule.severity]),
            styled(rule.name).append("\n").append(styled(rule.summary, "dim")),
        )
    return to_text([table], look)


def _pages_as_text(rules: Sequence[Rule], look: Look) -> str:
    from crewprof.report.drawing import Text
    from crewprof.report.terminal import styled, to_text
    from crewprof.report.text_findings import SEVERITY_STYLES

    parts: list[Text] = []
    for rule in rules:
        title = Text.assemble((rule.code, "bold"), " ", (rule.name, "bold"), "  ")
        parts.append(title.append(styled(rule.severity.value, SEVERITY_STYLES[rule.severity])))
        parts.append(Text())
        parts.append(Text(_markdown(rule.page, look), verbatim=True))
    return to_text(parts, look)


def _markdown(page: str, look: Look) -> str:
    from io import StringIO

    from rich.console import Console
    from rich.markdown import Markdown

    stream = StringIO()
    console = Console(
        file=stream,
        width=look.width,
        height=100,
        force_terminal=look.colour,
        force_jupyter=False,
        color_system="standard" if look.colour else None,
        no_color=not look.colour,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    console.print(Markdown(page, code_theme="ansi_dark", hyperlinks=False))
    return stream.getvalue().removesuffix("\n")
