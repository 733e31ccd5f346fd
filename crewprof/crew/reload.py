"""Reading a crew anew with other text in its files, without touching them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewprof.crew.definition import Kind
from crewprof.crew.loaders.crew_yaml import load_crew_yaml
from crewprof.crew.loaders.crewbase.loader import load_crewbase
from crewprof.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crewprof.crew.definition import Crew
    from crewprof.source.text import SourceText


def reload_crew(crew: Crew, texts: Mapping[str, SourceText]) -> Crew:
    """``crew`` as it would be read if its files held ``texts`` (by path).

    Raises :class:`InputError` when it could not be read then.
    """
    if crew.kind is Kind.CREW_YAML:
        return load_crew_yaml(texts[crew.path])
    crews, errors = load_crewbase(texts[crew.path], texts)
    for one in crews:
        if one.name == crew.name:
            return one
    raise errors[0] if errors else InputError(f"the crew {crew.name} is gone", path=crew.path)
