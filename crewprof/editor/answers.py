"""What the server answers, made from analyses: diagnostics, quick fixes, lenses, hovers."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from crewprof.editor.places import line_range, overlap, range_of
from crewprof.errors import CrewprofError
from crewprof.findings import Applicability, Severity
from crewprof.quick_dataclasses import dataclass
from crewprof.report import numbers
from crewprof.report.addresses import rule_address
from crewprof.report.replacements import replacements
from crewprof.rewrite.apply import rewrite_documents
from crewprof.rewrite.each import texts_after_each
from crewprof.rules.registry import rule_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pygls.workspace import PositionCodec

    from crewprof.analysis.result import Analysis
    from crewprof.crew.definition import Task
    from crewprof.editor.project import Looked
    from crewprof.estimate.profile import TaskProfile
    from crewprof.findings import Finding
    from crewprof.source.text import SourceText

SOURCE = "crewprof"
FIX_ALL = f"source.fixAll.{SOURCE}"
_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFO: lsp.DiagnosticSeverity.Information,
}
UNSAFE = "unsafe: may change answers"


@dataclass(frozen=True)
class Answers:
    """Answers about what was ``looked`` at; ``uri_of`` names files as the client does."""

    looked: Looked
    codec: PositionCodec
    uri_of: Callable[[str], str]

    def diagnostics(self) -> dict[str, list[lsp.Diagnostic]]:
        """What was found in each file, by path; files without findings have an empty list."""
        found: dict[str, list[lsp.Diagnostic]] = {path: [] for path in self.looked.paths}
        seen: set[tuple[str, object]] = set()
        for analysis in self.looked.analyses:
            for one in analysis.findings:
                # Two crews of one file share agents, with the same findings.
                key = (one.message, one.place)
                if key not in seen:
                    seen.add(key)
                    found.setdefault(one.place.path, []).append(self._diagnostic(one, analysis))
        for error in self.looked.errors:
            if error.path:
                found.setdefault(error.path, []).append(_problem(error))
        return found

    def _diagnostic(self, found: Finding, analysis: Analysis) -> lsp.Diagnostic:
        lines = _lines(analysis, found.place.path)
        return lsp.Diagnostic(
            range=range_of(found.place, lines, self.codec),
            message=found.message,
            severity=_SEVERITIES[found.severity],
            code=found.code,
            code_description=lsp.CodeDescription(href=rule_address(found.code)),
            source=SOURCE,
        )

    def actions(self, path: str, within: lsp.Range, only: Sequence[str] | None) -> list[lsp.CodeAction]:
        """The fixes of what was found at a place; what is only shown to a person has none."""
        made: list[lsp.CodeAction] = []
        for analysis in self.looked.analyses:
            if _asks_for(lsp.CodeActionKind.QuickFix.value, only):
                made += self._quick_fixes(analysis, path, within)
            if _asks_for(FIX_ALL, only):
                made += self._all_safe(analysis)
        return made

    def _quick_fixes(self, analysis: Analysis, path: str, within: lsp.Range) -> Iterator[lsp.CodeAction]:
        lines, crew = _lines(analysis, path), analysis.crew
        asked = {
            id(one.fix): (one, one.fix)
            for one in analysis.findings
            if one.place.path == path and overlap(range_of(one.place, lines, self.codec), within)
            if one.fix is not None and one.fix.changes
        }
        fixes = [fix for _, fix in asked.values()]
        made = {id(fix): texts for fix, texts in texts_after_each(fixes, crew.texts, crew.documents)}
        for one, fix in asked.values():
            texts = made[id(fix)]
            if texts is None:
                continue
            is_safe = fix.applicability is Applicability.SAFE
            yield lsp.CodeAction(
                title=fix.title if is_safe else f"{fix.title} ({UNSAFE})",
                kind=lsp.CodeActionKind.QuickFix,
                diagnostics=[self._diagnostic(one, analysis)],
                is_preferred=is_safe,
                edit=self._edit(analysis.crew.texts, texts),
            )

    def _all_safe(self, analysis: Analysis) -> Iterator[lsp.CodeAction]:
        fixes = [one.fix for one in analysis.findings if one.fix is not None and one.fix.changes]
        safe = [fix for fix in fixes if fix.applicability is Applicability.SAFE]
        if not safe:
            return
        try:
            result = rewrite_documents(safe, analysis.crew.texts, analysis.crew.documents)
        except CrewprofError:
            return
        title = f"apply {numbers.count_of(len(result.applied), 'safe fix', 'safe fixes')} of crewprof"
        yield lsp.CodeAction(title=title, kind=FIX_ALL, edit=self._edit(analysis.crew.texts, result.texts))

    def _edit(self, old: Mapping[str, SourceText], new: Mapping[str, SourceText]) -> lsp.WorkspaceEdit:
        changes = {
            self.uri_of(path): text_edits(old[path], text, self.codec)
            for path, text in new.items()
            if text.text != old[path].text
        }
        return lsp.WorkspaceEdit(changes=changes)

    def lenses(self, path: str) -> list[lsp.CodeLens]:
        """What each crew and each task of the file takes."""
        return [lens for analysis in self.looked.analyses for lens in self._lenses(analysis, path)]

    def _lenses(self, analysis: Analysis, path: str) -> Iterator[lsp.CodeLens]:
        crew = analysis.crew
        lines = _lines(analysis, path)
        if crew.place.path == path:
            yield _lens(line_range(crew.place.line, lines), _of_crew(analysis))
        profiles = {task.name: task for task in analysis.profile.tasks}
        for task in crew.tasks:
            line = _line_of(task, path, lines)
            if line is not None and task.name in profiles:
                yield _lens(line_range(line, lines), _of_task(profiles[task.name]))

    def hover(self, path: str, at: lsp.Position) -> lsp.Hover | None:
        """The page of the rule whose finding stands at a place."""
        here = lsp.Range(at, at)
        for analysis in self.looked.analyses:
            lines = _lines(analysis, path)
            for one in analysis.findings:
                where = range_of(one.place, lines, self.codec)
                if one.place.path == path and overlap(where, here):
                    page = f"**{one.code} {one.name}**: {one.message}\n\n{rule_named(one.code).page}"
                    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, page), where)
        return None


def _line_of(task: Task, path: str, lines: Sequence[str]) -> int | None:
    """The line a task begins on in a file: where it is made, or where its texts are written."""
    if task.place.path == path:
        return task.place.line
    written = [one.key_place.line for one in task.fields.values() if one.key_place.path == path]
    if not written:
        return None
    first = min(written)
    has_name_above = first > 1 and lines[first - 2].strip().rstrip(":").strip("'\"") == task.name
    return first - 1 if has_name_above else first


def _asks_for(kind: str, only: Sequence[str] | None) -> bool:
    return only is None or any(kind == one or kind.startswith(f"{one}.") for one in only)


def _lines(analysis: Analysis, path: str) -> Sequence[str]:
    text = analysis.crew.texts.get(path)
    return () if text is None else _split(text.text)


@lru_cache(maxsize=8)
def _split(text: str) -> tuple[str, ...]:
    """The lines of a text, once for all that stands in it."""
    return tuple(text.splitlines())


def text_edits(old: SourceText, new: SourceText, codec: PositionCodec) -> list[lsp.TextEdit]:
    """The stretches to replace, so that ``old`` becomes ``new``."""
    last_line = old.text.rpartition("\n")[2]

    def position(line: int, column: int) -> lsp.Position:
        # Only the end of a last line without a line break is not the start of a line.
        return lsp.Position(line - 1, codec.client_num_units(last_line[: column - 1]))

    return [
        lsp.TextEdit(
            lsp.Range(position(one.line, one.column), position(one.end_line, one.end_column)), one.text
        )
        for one in replacements(old, new)
    ]


def _problem(error: CrewprofError) -> lsp.Diagnostic:
    line, column = max(0, (error.line or 1) - 1), max(0, (error.column or 1) - 1)
    hint = f"\n{error.hint}" if error.hint else ""
    return lsp.Diagnostic(
        range=lsp.Range(lsp.Position(line, column), lsp.Position(line, column + 1)),
        message=f"{error.message}{hint}",
        severity=lsp.DiagnosticSeverity.Error,
        source=SOURCE,
    )


def _lens(where: lsp.Range, title: str) -> lsp.CodeLens:
    return lsp.CodeLens(range=where, command=lsp.Command(title=title, command=""))


def _of_crew(analysis: Analysis) -> str:
    total = analysis.profile.total
    cost = numbers.money(None if total.cost_usd is None else total.cost_usd.expected)
    cost = numbers.at_least(cost, is_least="cost" in total.lower_bounds)
    spread = "" if total.cost_usd is None else numbers.bounds(total.cost_usd, numbers.money)
    time = numbers.at_least(numbers.seconds(total.seconds.expected), is_least="seconds" in total.lower_bounds)
    return f"{cost} a run {spread} · {time}".replace("  ", " ")


def _of_task(task: TaskProfile) -> str:
    cost = numbers.money(None if task.cost_usd is None else task.cost_usd.expected)
    cost = numbers.at_least(cost, is_least=not task.known)
    calls = numbers.calls(task.calls.expected)
    noun = "call" if calls == "1" else "calls"
    return f"{cost} · {calls} {noun} · {numbers.seconds(task.seconds.expected)}"
