"""Templates that escape all that is put in; what would steer or break the page is shown as its escape."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from crewprof.report.assumption_values import amount
from crewprof.report.plain_text import visible

if TYPE_CHECKING:
    from jinja2 import Environment


def page_from(template: str, **values: object) -> str:
    """The page that ``template`` makes of ``values``."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("crewprof.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["amount"] = amount
    return made


def _shown(value: object) -> object:
    from markupsafe import Markup

    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
