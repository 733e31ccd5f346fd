"""CP001: a key CrewAI does not know: a definition with it is refused, a @CrewBase project runs without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.findings import Applicability, Fix, RenameKey, Severity
from crewprof.name_lists import named
from crewprof.quick_dataclasses import replace
from crewprof.rules.llm_settings import moved_into_llm
from crewprof.rules.merging import merged
from crewprof.rules.objection_rule import ObjectionRule, owner_of, removal, shown
from crewprof.semantics.refusals import Kind, Outcome
from crewprof.semantics.refusals.accepted_keys import accepted_keys
from crewprof.semantics.refusals.keys import LLM_PARAMETERS
from crewprof.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crewprof.findings import Finding
    from crewprof.rules.subject import Subject
    from crewprof.semantics.refusals import Objection
    from crewprof.source.field import Field


class UnknownKey(ObjectionRule):
    """A key CrewAI does not know: a definition with it is refused, a @CrewBase project runs without it.

    ## What it does

    Compares every key of the crew, its agents and its tasks with the fields of CrewAI's classes in the
    version the project uses, and names the key that was probably meant.

    ## Why

    In a crew definition an unknown key is an error (`unsupported field(s)`). In the YAML files of a
    @CrewBase project, and as a Python argument, it is dropped without a word: `temperature` on an agent
    changes nothing. A dropped key that is empty or switches off what is not there is not told.

    ## Example

    ```yaml
    researcher:
      backstroy: An expert.   # before
      backstory: An expert.   # after
    ```

    ## Fix safety

    Unsafe: the key then has an effect, or, where nothing similar exists in a definition, is taken out.

    ## When to ignore

    When other code of yours reads the key from the YAML.
    """

    code = "CP001"
    name = "unknown-key"
    severity = Severity.WARNING
    kind = Kind.UNKNOWN_KEY

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding per key that does harm, and one for all others, which only have no effect."""
        harmless = []
        dropped: dict[object, list[Finding]] = {}
        for found, objection in self.of_objections(subject):
            fields = owner_of(subject.crew, objection).fields
            if _is_harmless(objection, fields):
                if not _is_off(subject, objection.key or "", fields):
                    harmless.append((found, objection))
            elif objection.outcome is Outcome.IGNORED:
                dropped.setdefault((objection.key, objection.suggestion, found.agents == ()), []).append(
                    found
                )
            else:
                yield found
        yield from map(_all_of, dropped.values())
        if harmless:
            keys = list(dict.fromkeys(f"`{one.key}`" for _, one in harmless))
            message = harmless[0][0].message
            if len(harmless) > 1:
                message = (
                    f"CrewAI ignores the key{'s' if len(keys) > 1 else ''} {named(keys)} in "
                    f"{len(harmless)} places: it does not know {'them' if len(keys) > 1 else 'it'}"
                )
            one = merged([found for found, _ in harmless], message, "delete them")
            yield replace(one, severity=Severity.INFO, fix=None)

    def fix_of(self, subject: Subject, objection: Objection) -> Fix | None:
        """Rename it, move a setting of the LLM to the LLM, or take out what a definition refuses."""
        crew, key = subject.crew, objection.key or ""
        owner = owner_of(crew, objection)
        if objection.suggestion is not None:
            return _renamed(owner.fields[key], objection.suggestion)
        if objection.agents and key in LLM_PARAMETERS:
            return moved_into_llm(crew, crew.agent(objection.agents[0]), key)
        if objection.outcome is Outcome.REFUSED:
            return removal(crew, objection, f"delete `{key}`")
        return None


def _all_of(found: Sequence[Finding]) -> Finding:
    """One finding for the same key of several agents or tasks."""
    if len(found) == 1:
        return found[0]
    first = found[0]
    more = f"and in {len(found) - 1} more place{'' if len(found) == 2 else 's'}"
    return merged(found, f"{first.message} ({more})", first.fix.title if first.fix else None)


def _is_harmless(objection: Objection, given: Iterable[str]) -> bool:
    """Whether a key has no effect, and nothing shows that one was meant: no similar key is there or known."""
    key = objection.key or ""
    if objection.outcome is not Outcome.IGNORED or objection.suggestion is not None:
        return False
    is_setting = bool(objection.agents) and key in LLM_PARAMETERS
    return not is_setting and did_you_mean(key, [one for one in given if one != key], likeness=0.8) is None


_OF_LOGS: Final = frozenset({"verbose"})
"""Keys that only ever said how much is printed."""


def _is_off(subject: Subject, key: str, fields: Mapping[str, Field]) -> bool:
    """Whether a key switches off what is off anyway: nothing is given, or no to what only others have."""
    value = fields[key].value if key in fields else True
    if value is None or value == "" or key in _OF_LOGS:
        return True
    version = subject.behavior.version
    return value is False and any(key in accepted_keys(one, version).types for one in _OWNERS)


_OWNERS: Final = ("agent", "task", "crew")


def _renamed(field: Field, key: str) -> Fix:
    title = f"rename it to `{key}`"
    route = field.key_place.route if field.is_editable else None
    if route is None:
        return shown(title, f"{key}=…")
    return Fix(Applicability.UNSAFE, title, (RenameKey(field.key_place.path, route, key),))
