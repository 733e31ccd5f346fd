"""A grammar of requests in every language, with what they ask for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crewprof.language.meanings import Form, Unit

GRAMMAR: Final[dict[str, dict[str, Any]]] = json.loads(
    Path(__file__).with_name("requests.json").read_text("utf-8")
)
"""By language: units as they stand behind a number from five up, forms, limits, and how a size is joined."""
UNITS = {code: {Unit(key): word for key, word in words["units"].items()} for code, words in GRAMMAR.items()}
FORMS = {code: {Form(key): word for key, word in words["forms"].items()} for code, words in GRAMMAR.items()}
OWN_DIGITS = {
    "ar": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"),
    "hi": str.maketrans("0123456789", "०१२३४५६७८९"),
}
WITHOUT_BLANKS = frozenset({"zh", "ja", "ko"})


@dataclass(frozen=True)
class Asked:
    """A request and what it asks for."""

    text: str
    language: str
    form: Form
    unit: Unit
    number: float


def written(number: int, language: str, style: str) -> str:
    """``number`` in the digits or words of ``language``."""
    if style == "words" and number in (5, 10):
        return str(GRAMMAR[language]["five" if number == 5 else "ten"])
    return str(number).translate(OWN_DIGITS.get(language, {})) if style == "own digits" else str(number)


def size(language: str, unit: Unit, number: str) -> str:
    """``number`` of ``unit``."""
    return f"{number}{'' if language in WITHOUT_BLANKS else ' '}{UNITS[language][unit]}"


def asked(language: str, form: Form, unit: Unit, number: int, style: str = "digits") -> Asked:
    """The request for ``form`` in ``number`` of ``unit``."""
    how_much = size(language, unit, written(number, language, style))
    text = GRAMMAR[language]["link"].format(form=FORMS[language][form], size=how_much)
    return Asked(text, language, form, unit, float(number))


def limited(language: str, unit: Unit, number: int, *, most: bool) -> str:
    """A summary with a limit to its size."""
    how_much = GRAMMAR[language]["most" if most else "least"].format(n=size(language, unit, str(number)))
    return str(GRAMMAR[language]["link"].format(form=FORMS[language][Form.SUMMARY], size=how_much))
