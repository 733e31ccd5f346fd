"""Which recorded file a command reads, and the prices it is priced with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.cli.session import cache_folder

if TYPE_CHECKING:
    from crewprof.analysis.measured import Catalogue
    from crewprof.cli.session import Session
    from crewprof.models import CatalogueEntry


def catalogue_of(session: Session) -> Catalogue:
    """What is known of a model by its recorded name, with the prices the settings give."""
    from crewprof.models import lookup

    overrides = session.settings_for(".").models

    def entry(model: str) -> CatalogueEntry:
        return lookup(model, overrides, cache_dir=cache_folder())

    return entry
