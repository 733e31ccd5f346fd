"""``crewprof compare``."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from crewprof.cli import completion, options
from crewprof.cli.exit_codes import EXIT_UNABLE
from crewprof.cli.options import Flags
from crewprof.cli.output import emit, look_of
from crewprof.cli.session import Session
from crewprof.errors import CrewprofError, InputError, unexpected
from crewprof.name_lists import named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crewprof.analysis.model_comparison import Goals, ModelComparison
    from crewprof.analysis.options import AnalysisOptions
    from crewprof.crew.definition import Crew

FORMATS = ("text", "json", "markdown", "html", "csv")


def _split(values: list[str] | None) -> list[str]:
    given = (one.strip() for value in values or [] for one in value.split(","))
    return list(dict.fromkeys(one for one in given if one))


def _mixes(values: list[str] | None) -> list[dict[str, str]]:
    """Every ``NAME=MODEL`` of one mix, until an agent is named again: that begins the next one."""
    mixes: list[dict[str, str]] = []
    for one in _pairs(values):
        name, _, model = one.partition("=")
        if not name.strip() or not model.strip():
            raise typer.BadParameter(f"{one!r} is not NAME=MODEL", param_hint="--agent")
        if not mixes or name.strip() in mixes[-1]:
            mixes.append({})
        mixes[-1][name.strip()] = model.strip()
    return mixes


def _pairs(values: list[str] | None) -> list[str]:
    return [one for value in values or [] for one in value.split(",") if one.strip()]


@options.takes_crew_flags_but("select", "ignore", "unsafe_fixes", "fail_on", "baseline", "max_ceiling")
def compare(
    flags: Flags,
    paths: options.Paths = None,
    models: Annotated[
        list[str] | None,
        typer.Option(
            "--models",
            metavar="A,B,…",
            autocompletion=completion.models,
            help="Models to put every agent on, one after the other.",
        ),
    ] = None,
    agents: Annotated[
        list[str] | None,
        typer.Option(
            "--agent",
            metavar="NAME=MODEL,…",
            autocompletion=completion.models,
            help="A mix: these agents on these models, the others as they are. Naming an agent again "
            "begins the next mix.",
        ),
    ] = None,
    report_format: Annotated[str, options.format_option(FORMATS)] = "text",
    output: options.Output = None,
) -> None:
    """Compare a crew on other models, side by side: cost, seconds, worst case, what would not fit.

    The first row is the crew as it is. Below the table: which agent on which model, as far as no other mix is
    both cheaper and faster. `--max-seconds` asks for the cheapest mix in that time, `--max-cost` for the
    fastest for that price. crewprof knows nothing about the quality of the answers.
    """
    from crewprof.report.compare_formats import render

    chosen, mixes = _split(models), _mixes(agents)
    if not chosen and not mixes:
        raise InputError("there is nothing to compare with", hint="give --models A,B,… or --agent NAME=MODEL")
    session = Session(paths, flags)
    crews = session.crews()
    session.refuse_overwriting(output, crews)
    _refuse_unknown_agents(crews, mixes)
    found = _compared(session, crews, chosen, mixes)
    session.report_errors()
    look = look_of(to_file=output is not None, verbose=flags.verbose)
    if found or report_format != "text":
        emit(render(found, report_format, look), output, for_people=report_format == "text")
    if session.errors:
        raise typer.Exit(EXIT_UNABLE)
    raise typer.Exit(int(any(one.goals.are_set and one.wanted is None for one in found)))


def _compared(
    session: Session, crews: list[Crew], models: list[str], mixes: list[dict[str, str]]
) -> list[ModelComparison]:
    from crewprof.analysis.model_comparison import compare_crew

    goals = _goals(session.flags)
    found: list[ModelComparison] = []
    for crew in session.each(crews):
        try:
            settings = session.options_for(crew)
            _refuse_misspelt([*models, *(model for mix in mixes for model in mix.values())], settings)
            found.append(compare_crew(crew, settings, models, [_of(crew, mix) for mix in mixes], goals))
        except CrewprofError as error:
            session.errors.append(error)
            # What is about no file (the name of a model) is the same for every crew.
            if error.path is None:
                break
        except Exception as error:
            session.errors.append(unexpected(error, crew.path))
    return found


def _goals(flags: Flags) -> Goals:
    """Limits given on the command line are what a mix is to reach; those of the settings are not."""
    from crewprof.analysis.model_comparison import Goals

    seconds, cost = flags.values.get("max_seconds"), flags.values.get("max_cost")
    return Goals(
        seconds if isinstance(seconds, Decimal) else None, cost if isinstance(cost, Decimal) else None
    )


def _of(crew: Crew, mix: Mapping[str, str]) -> dict[str, str]:
    return {name: model for name, model in mix.items() if name in _names(crew)}


def _names(crew: Crew) -> list[str]:
    from crewprof.analysis.other_models import models_of

    return list(models_of(crew))


def _refuse_unknown_agents(crews: Sequence[Crew], mixes: Sequence[Mapping[str, str]]) -> None:
    """Raises :class:`InputError` for an agent that no crew has."""
    from crewprof.suggestion import did_you_mean

    known = list(dict.fromkeys(name for crew in crews for name in _names(crew)))
    for mix in mixes if crews else ():
        for name in mix:
            if name not in known:
                guess = did_you_mean(name, known)
                hint = f"did you mean '{guess}'?" if guess else f"the agents are: {named(known, 10)}"
                raise InputError(f"there is no agent '{name}'", hint=hint)


def _refuse_misspelt(models: Sequence[str], settings: AnalysisOptions) -> None:
    """Raises :class:`InputError` for a model that is not known and has nearly the name of one that is.

    Any other unknown model gets a row without a price: it may be a deployment of the user's own.
    """
    from crewprof.models import lookup, misspelt

    for model in dict.fromkeys(models):
        entry = lookup(model, settings.models, cache_dir=settings.cache_dir, on=settings.today)
        if entry.priced or entry.local or entry.matched is not None:
            continue
        close = misspelt(model, settings.models, cache_dir=settings.cache_dir, on=settings.today)
        if close is not None:
            raise InputError(f"unknown model {model!r}", hint=f"did you mean {close.id}?")
