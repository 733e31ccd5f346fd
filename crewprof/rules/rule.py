"""What a rule is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from crewprof.findings import Finding, Fix, Savings, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.rules.subject import Subject
    from crewprof.source.place import Place


class Rule(ABC):
    """One thing to look for. The class docstring of a rule is its page for the user (Markdown).

    A page has a first line that says what is wrong, then the sections ``## What it does``, ``## Why``,
    ``## Example``, ``## Fix safety`` and ``## When to ignore``.
    """

    code: ClassVar[str]
    """``CP`` and three digits; never used again for something else."""
    name: ClassVar[str]
    """A slug for people: ``unknown-key``."""
    severity: ClassVar[Severity]
    several: ClassVar[str] = ""
    """What is said once of several findings: ``{agents} have no max_tokens``, where ``{agents}`` becomes ``8
    agents``; so do ``{tasks}`` and ``{findings}``. Empty where each needs its own words."""

    @abstractmethod
    def check(self, subject: Subject) -> Iterator[Finding]:
        """What this rule finds in one crew, in any order."""

    @property
    def page(self) -> str:
        """The page of the rule, in Markdown."""
        import inspect

        return inspect.cleandoc(type(self).__doc__ or "")

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return self.page.partition("\n")[0]

    def finding(
        self,
        place: Place,
        message: str,
        *,
        tasks: tuple[str, ...] = (),
        agents: tuple[str, ...] = (),
        saves: Savings | None = None,
        fix: Fix | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """A finding of this rule; ``severity`` only where it differs from the rule's own."""
        return Finding(
            code=self.code,
            name=self.name,
            severity=severity or self.severity,
            message=message,
            place=place,
            tasks=tasks,
            agents=agents,
            saves=saves or Savings(),
            fix=fix,
            several=self.several,
        )
