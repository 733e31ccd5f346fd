"""Values as text: f-strings, ``str``, ``repr``, ``format``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.python import operators
from crewprof.python.exceptions import computed, exception_text, is_exception_class
from crewprof.python.objects.dataclass_fields import dataclass_fields, flag
from crewprof.python.scopes import qualified_name
from crewprof.python.uncertain import FromEnvironment, PartialText
from crewprof.python.values import BoundMethod, ClassValue, FunctionValue, Instance, Value
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crewprof.python.machine import Machine
    from crewprof.python.operations.comparing import Comparing
    from crewprof.python.site import Site

_ENUM_TEXTS: Final = frozenset({"str", "int", "StrEnum", "IntEnum", "Flag", "IntFlag", "float"})


class Texts:
    """Makes texts for a machine."""

    def __init__(self, machine: Machine, comparing: Comparing) -> None:
        self.machine = machine
        self.comparing = comparing

    def concatenated(self, parts: Sequence[Value], site: Site) -> Value:
        """The text of an f-string; its parts are texts, or unknown."""
        unknown: Unknown | None = None
        variable: FromEnvironment | None = None
        pieces: list[str] = []
        for part in parts:
            value = part
            if isinstance(value, FromEnvironment):
                variable = variable or value
                value = value.value
            if isinstance(value, PartialText):
                unknown = unknown or value.unknown
                pieces.append(str(value))
            elif isinstance(value, str):
                pieces.append(value)
            else:
                unknown = unknown or (value if isinstance(value, Unknown) else site.unknown())
                pieces.append("…")
        self.machine.allocate(sum(map(len, pieces)))
        text = "".join(pieces)
        if unknown is not None:
            return PartialText.of(text, unknown)
        if variable is not None:
            return FromEnvironment(variable.variable, text, variable.place, is_whole=False)
        return text

    def formatted(self, value: Value, conversion: str, spec: Value, site: Site) -> Value:
        """``{value!conversion:spec}`` of an f-string: a text, marked or partial as ``value`` is."""
        if isinstance(value, FromEnvironment):
            variable = value
            if isinstance(variable.value, str) and not conversion and spec == "":
                # Whatever the variable holds, it is a text, and putting it in does not raise.
                return variable
            is_safe = spec == "" and isinstance(variable.value, str | None)
            return self.machine.marked(
                variable,
                lambda: self.formatted(variable.value, conversion, spec, site),
                site,
                may_raise=not is_safe,
            )
        if isinstance(value, PartialText) and conversion in ("", "s") and spec == "":
            return value
        if isinstance(value, Unknown):
            self.machine.unsure(site)
            return value
        if conversion:
            value = self.text(value, site) if conversion == "s" else self.representation(value, site)
            if conversion == "a" and isinstance(value, str) and not isinstance(value, PartialText):
                value = value if value.isascii() else site.unknown()
        if isinstance(value, Unknown) or not isinstance(spec, str) or isinstance(spec, PartialText):
            return value if isinstance(value, Unknown) else self.machine.unsure(site)
        if spec == "" and not isinstance(value, PartialText):
            return self._empty_format(value, site)
        if (
            isinstance(value, Instance)
            and isinstance(value.callee, ClassValue)
            and value.callee.lookup("__format__")
        ):
            return self.comparing.special(value, "format", [spec], site)
        if not operators.is_known(value, ordered=True):
            return self.machine.unsure(site)
        operators.check_spec(spec)
        return computed(site, format, value, spec)

    def _empty_format(self, value: Value, site: Site) -> Value:
        if isinstance(value, Instance) and isinstance(value.callee, ClassValue):
            own = value.callee.lookup("__format__")
            if own is not None:
                return self.comparing.special(value, "format", [""], site)
            if value.callee.members and value.callee.external_bases() & _ENUM_TEXTS:
                # What a member that is a text too gives here depends on the version of Python.
                return (
                    self.text(value, site) if "StrEnum" in value.callee.external_bases() else site.unknown()
                )
        return self.text(value, site)

    def text(self, value: Value, site: Site) -> Value:
        """``str(value)``."""
        if isinstance(value, FromEnvironment):
            return self.formatted(value, "s", "", site)
        if isinstance(value, str):
            return value if isinstance(value, PartialText) else str(value)
        if isinstance(value, Instance):
            return self._instance_text(value, "__str__", site)
        if operators.is_known(value, ordered=True):
            made = computed(site, str, value)
            self.machine.allocate(len(made))
            return made
        return self.representation(value, site)

    def representation(self, value: Value, site: Site) -> Value:
        """``repr(value)``."""
        self.machine.charge()
        if isinstance(value, Instance):
            return self._instance_text(value, "__repr__", site)
        if operators.is_known(value, ordered=True):
            return self._shown(value, site)
        if isinstance(value, list | tuple | dict) and operators.is_known(_outline(value)):
            return self._of_items(value, site)
        return self.machine.unsure(site)

    def _shown(self, value: Value, site: Site) -> str:
        made = computed(site, repr, value)
        self.machine.allocate(len(made))
        return made

    def _of_items(self, value: list[Value] | tuple[Value, ...] | dict[object, Value], site: Site) -> Value:
        """A list or mapping that holds instances."""
        if getattr(value, "rest", None) is not None:
            return self.machine.unsure(site)
        if isinstance(value, dict):
            pairs = [
                (self.representation(key, site), self.representation(one, site)) for key, one in value.items()
            ]
            if any(not _is_text(one) for pair in pairs for one in pair):
                return self.machine.unsure(site)
            return "{" + ", ".join(f"{key}: {one}" for key, one in pairs) + "}"
        parts = [self.representation(one, site) for one in value]
        if not all(map(_is_text, parts)):
            return self.machine.unsure(site)
        inner = ", ".join(map(str, parts))
        self.machine.allocate(len(inner))
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"

    def _instance_text(self, value: Instance, name: str, site: Site) -> Value:
        if isinstance(value.callee, ClassValue):
            for method in dict.fromkeys((name, "__repr__")):
                found = value.callee.lookup(method)
                if found is not None and isinstance(found[1], FunctionValue):
                    return self.machine.invoke(BoundMethod(value, found[1]), [], {}, site)
            if value.callee.members:
                return self._member_text(value, name, site)
            if any(one.decorator("dataclass") for one in value.callee.mro()):
                return self._dataclass_text(value, site)
        if name == "__str__" and (is_exception_class(value.callee)):
            text = exception_text(value)
            if text is not None:
                return text
        if name == "__repr__" and is_exception_class(value.callee) and len(value.arguments) <= 1:
            inner = [self.representation(one.value, site) for one in value.arguments]
            if not value.keywords and all(map(_is_text, inner)):
                return f"{value.name}({''.join(map(str, inner))})"
        return self.machine.unsure(site)

    def _member_text(self, value: Instance, name: str, site: Site) -> Value:
        assert isinstance(value.callee, ClassValue)
        bases = value.callee.external_bases()
        if name == "__str__" and "StrEnum" in bases:
            return value.keywords["value"].value
        if name == "__str__" and not bases & _ENUM_TEXTS:
            return f"{value.name}.{value.keywords['name'].value}"
        if name == "__repr__" and not bases & _ENUM_TEXTS:
            shown = self.representation(value.keywords["value"].value, site)
            return f"<{value.name}.{value.keywords['name'].value}: {shown}>" if _is_text(shown) else shown
        return site.unknown()

    def _dataclass_text(self, value: Instance, site: Site) -> Value:
        assert isinstance(value.callee, ClassValue)
        cls = next(one for one in value.callee.mro() if one.decorator("dataclass"))
        fields = dataclass_fields(cls)
        if fields is None or not flag(cls.decorator("dataclass"), "repr", default=True):
            return self.machine.unsure(site)
        parts: list[str] = []
        for name in (one.name for one in fields if one.is_shown):
            given = value.attributes.get(name)
            shown = site.unknown() if given is None else self.representation(given.value, site)
            if not _is_text(shown):
                return self.machine.unsure(site)
            parts.append(f"{name}={shown}")
        tree = value.callee.module.document.tree
        return f"{qualified_name(value.callee.node, tree)}({', '.join(parts)})"


def _defines(value: Instance, name: str) -> bool:
    return isinstance(value.callee, ClassValue) and value.callee.lookup(name) is not None


def _is_text(value: Value) -> bool:
    return isinstance(value, str) and not isinstance(value, PartialText)


def _outline(value: list[Value] | tuple[Value, ...] | dict[object, Value]) -> Value:
    """A container without its instances: whether it is small enough to be shown."""
    items = [*value, *value.values()] if isinstance(value, dict) else list(value)
    return [
        one for one in items if not isinstance(one, Instance) and not isinstance(one, list | tuple | dict)
    ]
