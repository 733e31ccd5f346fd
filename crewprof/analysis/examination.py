"""A crew profiled and looked at by rules, before anything is filtered or compared."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from crewprof.quick_dataclasses import dataclass, field
from crewprof.rules.registry import CODES, found_by, in_order

if TYPE_CHECKING:
    from crewprof.analysis.pricing import Pricing
    from crewprof.analysis.subject import ProfileBasis
    from crewprof.crew.definition import Crew
    from crewprof.estimate.profile import Profile
    from crewprof.findings import Finding
    from crewprof.rules.subject import Subject


@dataclass(frozen=True)
class Examination:
    """A crew profiled; each rule looks at it once, when it is first asked for.

    ``read``: the crew as it was read; :attr:`crew` is the same with inputs and models.
    """

    read: Crew
    basis: ProfileBasis
    subject: Subject
    _found: dict[str, tuple[Finding, ...]] = field(default_factory=dict, init=False, repr=False)

    @property
    def crew(self) -> Crew:
        """The crew, complete."""
        return self.subject.crew

    @property
    def profile(self) -> Profile:
        """Where its tokens, money and seconds go."""
        return self.subject.profile

    @cached_property
    def pricing(self) -> Pricing:
        """What fixes of it really save."""
        # What rewrites crews, which a check does not do.
        from crewprof.analysis.pricing import Pricing

        return Pricing(self.crew, self.basis, self.profile)

    def findings(self, codes: tuple[str, ...] = CODES) -> tuple[Finding, ...]:
        """What the rules of ``codes`` find, in the order of :func:`in_order`."""
        for code in codes:
            if code not in self._found:
                self._found[code] = found_by(code, self.subject)
        return in_order(finding for code in codes for finding in self._found[code])
