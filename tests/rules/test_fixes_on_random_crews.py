"""Whatever a crew is like: no rule fails, every fix can be made, and the crew it makes is read again."""

from __future__ import annotations

import yaml
from hypothesis import HealthCheck, given, settings

from crewprof.analysis.subject import profile_basis
from crewprof.crew.loaders.registry import reload_crew
from crewprof.errors import InputError
from crewprof.rewrite.apply import rewrite_documents
from crewprof.rules.registry import every_rule
from tests.conformance.random_crews import Definition, definitions, flawed_definitions
from tests.rules.checking import crew_of, findings, options

EXAMPLES = 30


class _WithoutAliases(yaml.SafeDumper):
    """Writes what is shared out twice: fixes in shared values are refused."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _check(definition: Definition) -> None:
    text = yaml.dump(definition, Dumper=_WithoutAliases, allow_unicode=True, sort_keys=False)
    try:
        crew = crew_of(text)
    except InputError:
        return
    subject = profile_basis(crew, options()).look(crew)
    for rule in every_rule():
        for found in rule.check(subject):
            assert found.code == rule.code
            assert found.message
            assert found.place.path == "crew.yaml"
            if found.fix is None or not found.fix.changes:
                continue
            result = rewrite_documents([found.fix], crew.texts)
            assert not result.refused, (found.message, result.refused)
            changed = reload_crew(crew, {**crew.texts, **result.texts})
            assert found.message not in {one.message for one in findings(rule, changed)}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(definition=definitions())
def test_on_crews_crewai_takes(definition: Definition) -> None:
    _check(definition)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(definition=flawed_definitions())
def test_on_crews_crewai_refuses(definition: Definition) -> None:
    _check(definition)
