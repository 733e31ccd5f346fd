"""From paths and flags to analyses, and from analyses to a report and an exit code."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from crewprof.cli.exit_codes import EXIT_UNABLE
from crewprof.cli.output import Progress, complain, look_of, refuse_overwriting, say
from crewprof.cli.standard_input import STDIN, STDIN_NAME, standard_input
from crewprof.errors import CrewprofError, NotACrew, SettingsError, Unexpected, unexpected
from crewprof.quick_dataclasses import replace
from crewprof.settings.configuration_file import find_config, load_settings
from crewprof.settings.settings import Settings, merged, threshold
from crewprof.source.existence import is_file, is_there, real_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from crewprof.analysis.options import AnalysisOptions
    from crewprof.analysis.parts import Part
    from crewprof.analysis.result import Analysis, AnalysisRun, OptimizedCrew, OptimizedRun
    from crewprof.cli.options import Flags
    from crewprof.crew.definition import Crew
    from crewprof.crew.flow_definition import Flow
    from crewprof.crew.loaders.registry import Loaded
    from crewprof.findings import Applicability, Finding
    from crewprof.recorded.finding import RecordedFile
    from crewprof.report.baseline import Baseline
    from crewprof.report.look import Look
    from crewprof.settings.settings import FailOn
    from crewprof.source.text import SourceText


class Session:
    """One call of a command: finds the crews, reads the settings that hold for each, analyses them.

    ``above``: the folder above the repository, where it is a copy of one that is analysed. ``looked_at``: the
    files, absolute, that crews and settings were read from or sought in.
    """

    def __init__(self, paths: list[str] | None, flags: Flags, above: Path | None = None) -> None:
        self._above = above
        self.paths = list(dict.fromkeys(paths or ["."]))
        self.flags = flags
        self.errors: list[CrewprofError] = []
        self.flows: dict[tuple[Path, str], Flow] = {}
        self.looked_at: set[str] = set()
        self._settings: dict[Path | None, Settings] = {}

    def crews(self) -> list[Crew]:
        """Every crew the paths lead to, each once; flows go to :attr:`flows`, what cannot be read to
        :attr:`errors`."""
        from crewprof.crew.discovery import is_data, load_all, why_no_crew, widen
        from crewprof.crew.owners import Owners

        owners = Owners()
        found: dict[tuple[Path, int, int, str], Crew] = {}
        for path in self.paths:
            if path != STDIN:
                widen(path, owners)
        for path in self.paths:
            loaded = self._from_stdin() if path == STDIN else load_all(path, owners)
            for error in loaded.errors:
                self._report(error)
            if self.flags.verbose:
                for passed in loaded.passed_over:
                    if is_data(passed, loaded.data):
                        say(f"skipped: {passed}: the project's Python reads it and makes its crew")
                    else:
                        say(f"skipped: {why_no_crew(passed, owners.documents)}")
            for note in loaded.notes:
                say(note)
            for flow in loaded.flows:
                self.flows.setdefault((real_path(flow.path), flow.name), flow)
            for crew in loaded.crews:
                place = crew.place
                # A crew may be reached by several of the paths, its folder and its file perhaps.
                found.setdefault((real_path(crew.path), place.line, place.column, crew.name), crew)
        self.looked_at |= owners.documents.asked
        configured = {self._config_for(crew.path) for crew in found.values()}
        self.looked_at |= {str(one.absolute()) for one in configured if one is not None}
        return list(found.values())

    def _report(self, error: CrewprofError) -> None:
        """Keep an error, once, unless it only says that a file is no crew and such are passed over."""
        if self.flags.skip_unrelated and isinstance(error, NotACrew):
            if self.flags.verbose:
                say(f"skipped: {error}")
        elif str(error) not in {str(one) for one in self.errors}:
            self.errors.append(error)

    def _from_stdin(self) -> Loaded:
        from crewprof.crew.discovery import load_text
        from crewprof.crew.loaders.registry import Loaded
        from crewprof.source.text import SIZE_LIMIT, SourceText

        try:
            return load_text(SourceText.from_bytes(STDIN_NAME, standard_input(SIZE_LIMIT)))
        except CrewprofError as error:
            return Loaded(errors=(error,))

    def settings_for(self, path: str) -> Settings:
        """The settings in force for a file: defaults, its configuration file, then flags."""
        config = self._config_for(path)
        if config not in self._settings:
            loaded = load_settings(config) if config else Settings()
            self._settings[config] = merged(loaded, self.flags.values)
        return self._settings[config]

    def _config_for(self, path: str) -> Path | None:
        if self.flags.isolated:
            return None
        if self.flags.config is not None:
            config = Path(self.flags.config)
            if not is_file(config):
                raise SettingsError(
                    "the configuration file does not exist", path=str(config), hint="check --config"
                )
            return config
        start = Path.cwd() if path in {STDIN, STDIN_NAME} else Path(path)
        if self._above is None:
            return find_config(start)
        top = marked_repository(start)
        return find_config(start, top) or find_config(self._above)

    def options_for(self, crew: Crew) -> AnalysisOptions:
        """How ``crew`` is to be analysed."""
        from crewprof.analysis.options import AnalysisOptions, Budgets
        from crewprof.crew.environment import deciding_variables

        chosen = self.settings_for(crew.path)
        return AnalysisOptions(
            today=date.today(),  # noqa: DTZ011 - CrewAI writes the local date into prompts
            environment=deciding_variables(os.environ, crew.project_root),
            model=chosen.model,
            crewai_version=chosen.crewai_version,
            inputs=chosen.inputs,
            select=chosen.select,
            ignore=chosen.ignore,
            ignored_in=chosen.per_file_ignores,
            root=chosen.root,
            runs_per_month=chosen.runs_per_month,
            budgets=Budgets(chosen.max_cost, chosen.max_ceiling, chosen.max_seconds),
            tiers=chosen.tiers,
            models=chosen.models,
            tool_result_tokens=chosen.tool_result_tokens,
            mcp_definition_tokens=chosen.mcp_definition_tokens,
            assumptions=chosen.assumptions,
            cache_dir=None if self.flags.no_cache else cache_folder(),
            recorded=self._recorded(crew, chosen),
        )

    def baseline_for(self, crew: Crew) -> Baseline | None:
        """The findings that are not to be told of a crew; raises :class:`InputError` for a file that is no
        baseline."""
        chosen = self.settings_for(crew.path)
        if not chosen.baseline:
            return None
        from crewprof.report.baseline import Baseline

        return Baseline.read((chosen.root or Path()) / chosen.baseline)

    def _recorded(self, crew: Crew, chosen: Settings) -> RecordedFile | None:
        """The runs to use for ``crew``: those that were named, else those that lie in its project."""
        if self.flags.no_profile:
            return None
        from crewprof.recorded.finding import RecordedFile, profile_above

        if chosen.profile is not None:
            return RecordedFile.at((chosen.root or Path()) / chosen.profile)
        found = profile_above(Path(crew.path).parent)
        return None if found is None else RecordedFile.at(found)

    def analyse(self) -> AnalysisRun:
        """All crews the paths lead to, analysed."""
        from crewprof.analysis.parts import EVERY_PART

        return self.analysed(self.crews(), EVERY_PART)

    def analysed(self, crews: list[Crew], parts: Collection[Part]) -> AnalysisRun:
        """``crews``, analysed; a bad one among many is reported and the others are still done.

        ``parts``: what of an analysis anyone reads beside profile and findings.
        """
        from crewprof.analysis.ignores import unused_everywhere
        from crewprof.analysis.pipeline import analyse_crew
        from crewprof.analysis.result import AnalysisRun
        from crewprof.analysis.sums import flow_total
        from crewprof.cli import processes

        def answer(crew: Crew) -> Analysis | CrewprofError:
            try:
                baseline = self.baseline_for(crew)
                found = analyse_crew(crew, self.options_for(crew), parts)
                return found if baseline is None else baseline.without(found)
            except CrewprofError as error:
                return error
            except Exception as error:
                return unexpected(error, crew.path)

        analyses: list[Analysis] = []
        for _, found in zip(self.each(crews), processes.analysed(crews, answer), strict=True):
            if isinstance(found, CrewprofError):
                self.errors.append(found)
            else:
                analyses.append(found)
        analyses = unused_everywhere(analyses)
        flows = tuple(flow_total(flow, analyses) for flow in self.flows.values())
        runs = next((one.runs_per_month for one in analyses if one.runs_per_month is not None), None)
        return AnalysisRun(tuple(analyses), tuple(self.errors), flows, runs)

    def optimise(self, crews: list[Crew]) -> OptimizedRun:
        """``crews`` with their fixes; crews that share a file see each other's changes."""
        from crewprof.analysis.optimise import optimise_crew
        from crewprof.analysis.result import OptimizedRun
        from crewprof.crew.loaders.registry import Reloading

        done: list[OptimizedCrew] = []
        rewritten: dict[str, SourceText] = {}
        now = Reloading(rewritten)
        for crew in self.each(crews):
            try:
                beside = [
                    now.crew(other)
                    for other in crews
                    if other is not crew and other.texts.keys() & crew.texts.keys()
                ]
                result = optimise_crew(
                    now.crew(crew), self._with_target(crew), self._applicable(crew), beside
                )
            except CrewprofError as error:
                self.errors.append(error)
                continue
            except Exception as error:
                self.errors.append(unexpected(error, crew.path))
                continue
            # Read anew only when something has changed: else the crews of one file are those read before.
            if result.changed_texts:
                rewritten.update({path: new for path, (_, new) in result.changed_texts.items()})
                now = Reloading(rewritten)
            done.append(result)
        return OptimizedRun(tuple(done), tuple(self.errors))

    def _with_target(self, crew: Crew) -> AnalysisOptions:
        """Limits given on the command line are what fixes are to reach; those of the settings are not."""
        options = self.options_for(crew)
        given = self.flags.values
        targets = replace(
            options.budgets,
            **{name: None for name in ("max_cost", "max_ceiling", "max_seconds") if given.get(name) is None},
        )
        return replace(options, targets=targets)

    def _applicable(self, crew: Crew) -> frozenset[Applicability]:
        from crewprof.findings import Applicability

        if self.settings_for(crew.path).unsafe_fixes:
            return frozenset({Applicability.SAFE, Applicability.UNSAFE})
        return frozenset({Applicability.SAFE})

    def rendered_optimised(self, run: OptimizedRun, report_format: str, *, to_file: bool) -> str:
        """The report of ``run`` in a format of ``report.formats``."""
        from crewprof.report.formats import render_optimized

        return render_optimized(run, report_format, self.look(to_file=to_file))

    def quiet_optimised(self, run: OptimizedRun, *, written: bool, to_file: bool) -> str:
        """Only the diffs, or, when they were written, what was done."""
        from crewprof.report.optimize_text import applied, diffs

        return (applied if written else diffs)(run, self.look(to_file=to_file))

    def look(self, *, to_file: bool) -> Look:
        """How a report is to look."""
        return look_of(to_file=to_file, verbose=self.flags.verbose, sort=self.flags.sort)

    def each(self, crews: list[Crew]) -> Iterable[Crew]:
        """``crews`` one by one, with a line of progress on a terminal."""
        progress = Progress(shown=not self.flags.quiet)
        return progress.each([(crew.path, crew) for crew in crews])

    def refuse_overwriting(self, output: str | None, crews: Iterable[Crew]) -> None:
        """Raises :class:`InputError` when a report is to be written over what is read: a file of a crew, one
        that is named on the command line, or settings in force."""
        if output is None:
            return
        hint = "choose another file for --output; `crewprof optimize --write` rewrites the crew"
        found = list(crews)
        read = (name for crew in found for name in (crew.path, *crew.texts))
        refuse_overwriting(output, read, "the report would overwrite a file of the crew", hint)
        settings = (file for crew in found if (file := self._config_for(crew.path)) is not None)
        unread = (error.path for error in self.errors if error.path is not None)
        refuse_overwriting(output, [*self.paths, *settings, *unread])

    def report_errors(self) -> None:
        """Every error on standard error, each with its place and hint."""
        for error in self.errors:
            if self.flags.verbose and isinstance(error, Unexpected):
                from traceback import print_exception

                print_exception(error.__cause__)
            complain(error)

    def rendered(self, run: AnalysisRun, report_format: str, *, to_file: bool) -> str:
        """The report of ``run`` in a format of ``report.formats``."""
        from crewprof.report.formats import render

        return render(run, report_format, self.look(to_file=to_file))

    def exit_code(self, run: AnalysisRun, *, default_fail_on: FailOn) -> int:
        """2 when something could not be done, 1 for findings at the threshold or a broken budget, else 0."""
        if self.errors:
            return EXIT_UNABLE
        return int(any(self._fails(analysis, default_fail_on) for analysis in run.analyses))

    def blocking(self, run: AnalysisRun, default_fail_on: FailOn) -> AnalysisRun:
        """``run`` with nothing left in it but what makes the command fail."""
        analyses = tuple(
            replace(one, findings=self._too_bad(one, default_fail_on), unused_ignores=())
            for one in run.analyses
        )
        return replace(run, analyses=analyses)

    def _fails(self, analysis: Analysis, default_fail_on: FailOn) -> bool:
        return bool(self._too_bad(analysis, default_fail_on) or analysis.broken_budgets)

    def _too_bad(self, analysis: Analysis, default_fail_on: FailOn) -> tuple[Finding, ...]:
        """The findings at or above the severity that makes the command fail."""
        limit = threshold(self.settings_for(analysis.crew.path).fail_on or default_fail_on)
        if limit is None:
            return ()
        return tuple(one for one in analysis.findings if one.severity.rank <= limit.rank)


def marked_repository(start: Path) -> Path | None:
    """The nearest folder with a ``.git`` in it, from ``start`` upwards."""
    return next((one for one in start.absolute().parents if is_there(one / ".git")), None)


def cache_folder() -> Path:
    """Where look-ups are remembered between runs: ``CREWPROF_CACHE_DIR``, else the platform's folder
    for caches."""
    if chosen := os.environ.get("CREWPROF_CACHE_DIR"):
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("crewprof", appauthor=False)
