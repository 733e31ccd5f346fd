"""Classes of a project's Python: making them, and making instances of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.python.exceptions import is_exception_class, raised
from crewprof.python.functions.records import is_record_class, made_record, record_refusal
from crewprof.python.mappings import PlacedDict
from crewprof.python.objects.dataclass_fields import dataclass_fields
from crewprof.python.objects.enumerations import is_enumeration, make_members
from crewprof.python.operators import comes_after_foreign, foreign_bases
from crewprof.python.scopes import bound_by, mangle
from crewprof.python.site import Site
from crewprof.python.values import (
    Argument,
    BoundMethod,
    ClassValue,
    External,
    Frame,
    FunctionValue,
    Instance,
    Value,
    linearized,
)
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence

    from crewprof.python.machine import Machine
    from crewprof.python.objects.attribute_changes import AttributeChanges
    from crewprof.python.operations.comparing import Comparing

_OF_EXCEPTIONS: Final = vars(BaseException).keys() - {"__doc__"}
"""What every exception defines, before any class of the project that comes after it in order."""


class Classes:
    """Makes classes and instances for a machine."""

    def __init__(self, machine: Machine, changes: AttributeChanges, comparing: Comparing) -> None:
        self.machine = machine
        self.changes = changes
        self.comparing = comparing

    def make(self, node: ast.ClassDef, frame: Frame) -> Value:
        """The class that a statement defines, its decorators not yet applied."""
        site = Site(node, frame)
        bases: list[Value] = []
        for one in node.bases:
            base = self.machine.evaluate(one, frame)
            bases.append(base if isinstance(base, ClassValue | External) else self._unseen(base, site))
        given = {
            str(one.arg): site.argument(self.machine.evaluate(one.value, frame)) for one in node.keywords
        }
        maker = given.pop("metaclass", None)
        mangle(node)
        made = ClassValue(node, frame.module, tuple(bases))
        self.machine.classes.append(made)
        if linearized(made) is None:
            raise raised(site, TypeError("Cannot create a consistent method resolution order (MRO)"))
        # What is asked of a class is asked of all that it derives from.
        self.machine.charge(len(made.mro()))
        self.machine.journal.bear(made.namespace)
        outer = frame.outer if frame.is_module or frame.is_class else frame
        bound = bound_by(node.body)
        inner = Frame(
            frame.module,
            made.namespace,
            outer=outer,
            receiver=made,
            function=frame.function,
            local=bound.local,
            shared=bound.shared,
            borrowed=bound.borrowed,
        )
        self.machine.execute_apart(node.body, inner)
        has_maker = maker is not None and isinstance(maker.value, ClassValue)
        if has_maker or (is_exception_class(made) and any(_is_hidden(one, made) for one in made.mro()[1:])):
            return self._unknown_class(made, None if maker is None else maker.value, site)
        refused = record_refusal(made)
        if refused is not None:
            raise raised(site, refused)
        if is_enumeration(made) and not make_members(self.machine, made, site):
            return self._unknown_class(made, None, site)
        self._tell_parents(made, given, site)
        return made

    def _unknown_class(self, made: ClassValue, maker: Value, site: Site) -> Unknown:
        """A class of which it is not known what a metaclass, or an exception it derives from, makes of it.

        Whatever is called from now on may be it, or a method of its instances.
        """
        unknown = self.machine.unsure(site)
        self.machine.forget_reached([maker], unknown)
        self.machine.escaping.add([made, Instance(made, site.place)])
        return unknown

    def _tell_parents(self, made: ClassValue, given: dict[str, Argument], site: Site) -> None:
        for name, value in list(made.namespace.items()):
            if isinstance(value, Instance) and isinstance(value.callee, ClassValue):
                told = value.callee.lookup("__set_name__")
                if told is not None:
                    self.machine.run(BoundMethod(value, told[1]), [made, name], site)  # type: ignore[arg-type]
        for one in made.mro()[1:]:
            found = one.namespace.get("__init_subclass__")
            if isinstance(found, FunctionValue):
                self.machine.invoke(found, [site.argument(made)], given, site)
                return

    @staticmethod
    def _unseen(base: Value, site: Site) -> Value:
        """A base that is not known: one of another package, or none that can be seen."""
        if isinstance(base, Instance) and isinstance(base.callee, External):
            return base.callee
        return base if isinstance(base, Unknown) else site.unknown()

    # Instances

    def instantiate(
        self, cls: ClassValue, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> Value:
        """What calling a class of the project gives."""
        if cls.members:
            if not arguments and not keywords:
                raise raised(site, TypeError("missing 1 required positional argument: 'value'"))
            return self._member(cls, arguments, site)
        if is_record_class(cls) and cls.lookup("__new__") is None:
            return self._record(cls, arguments, keywords, site)
        if "TypedDict" in cls.external_bases():
            return self._typed_dict(arguments, keywords, site)
        self._refuse_abstract(cls, site)
        maker = cls.lookup("__new__")
        if maker is not None and isinstance(maker[1], FunctionValue):
            given = self.machine.invoke(maker[1], [site.argument(cls), *arguments], keywords, site)
            if not isinstance(given, Instance):
                return given
            made = given
        else:
            made = self.bare(cls, site, arguments, keywords)
        if made.callee is not cls:
            return made
        self.initialise(made, cls.mro(), arguments, keywords, site)
        for finish in self.machine.after_init:
            finish(made)
        return made

    def _record(
        self, cls: ClassValue, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site
    ) -> Value:
        written = cls.lookup("__init__")
        if written is None:
            return made_record(cls, arguments, keywords, site)
        # What it keeps beside the fields is not followed.
        unknown = self.machine.unsure(site)
        given = [one.value for one in (*arguments, *keywords.values())]
        self.machine.forget_reached([written[1], *given], unknown)
        self.machine.escaping.add([cls, *given])
        return unknown

    def bare(
        self,
        cls: ClassValue,
        site: Site,
        arguments: Sequence[Argument] = (),
        keywords: dict[str, Argument] | None = None,
    ) -> Instance:
        """``object.__new__(cls)``."""
        made = Instance(cls, site.place, tuple(arguments), dict(keywords or {}))
        self.machine.journal.bear(made.attributes)
        self.machine.journal.bear(made.results)
        return made

    @staticmethod
    def _refuse_abstract(cls: ClassValue, site: Site) -> None:
        """Raise where a class of ``ABC`` has methods that nothing defines."""
        if "ABC" not in cls.external_bases():
            return
        names = {name for one in cls.mro() for name in one.namespace}
        for name in sorted(names):
            found = cls.lookup(name)
            if (
                found is not None
                and isinstance(found[1], FunctionValue)
                and found[1].decorator("abstractmethod")
            ):
                raise raised(site, TypeError(f"Can't instantiate abstract class {cls.name}"))

    def _typed_dict(self, arguments: Sequence[Argument], keywords: dict[str, Argument], site: Site) -> Value:
        made = PlacedDict()
        self.machine.journal.bear(made)
        self.machine.invoke(BoundMethod(made, "update"), arguments, keywords, site)
        return made

    def _member(self, cls: ClassValue, arguments: Sequence[Argument], site: Site) -> Value:
        value = arguments[0].value if len(arguments) == 1 else None
        for member in dict.fromkeys(cls.members.values()):
            if value is member:
                return member
            known = self.comparing.equal(member.keywords["value"].value, value, site)
            if known is None:
                return self.machine.unsure(site)
            if known:
                return member
        if isinstance(value, Instance) or cls.lookup("_missing_") is not None:
            return self.machine.unsure(site)
        raise raised(site, ValueError(f"{value!r} is not a valid {cls.name}"))

    def initialise(
        self,
        made: Instance,
        order: Sequence[ClassValue],
        arguments: Sequence[Argument],
        keywords: dict[str, Argument],
        site: Site,
    ) -> None:
        """Call the first ``__init__`` that the classes of ``order`` have, written or of a dataclass."""
        for one in order:
            written = one.namespace.get("__init__")
            if isinstance(written, FunctionValue):
                with self.machine.not_noting():
                    self.machine.invoke(written, [site.argument(made), *arguments], keywords, site)
                return
            if one.decorator("dataclass"):
                self._fill(made, one, arguments, keywords, site)
                return
        assert isinstance(made.callee, ClassValue)
        if is_exception_class(made.callee):
            made.arguments = tuple(arguments)
        elif foreign := foreign_bases(made.callee):
            if "?" in foreign:
                # What the unknown base does with what it is given is not known, nor whether it raises.
                self.machine.unsure(site)
                self.machine.escaping.add([*arguments, *keywords.values()])
            if order and order[0] is not made.callee:
                self.machine.journal.touch(made.attributes)
                made.attributes.update(keywords)
        elif arguments or keywords:
            raise raised(site, TypeError(f"{made.name}() takes no arguments"))

    def _fill(
        self,
        made: Instance,
        cls: ClassValue,
        arguments: Sequence[Argument],
        keywords: dict[str, Argument],
        site: Site,
    ) -> None:
        """What the ``__init__`` of a dataclass does."""
        fields = dataclass_fields(cls)
        if fields is None:
            self.changes.forget(made, self.machine.unsure(site))
            return
        given = dict(keywords)
        names = [one.name for one in fields if one.is_parameter and not one.is_keyword_only]
        known = {one.name for one in fields if one.is_parameter}
        if len(arguments) > len(names) or set(given) - known or set(given) & set(names[: len(arguments)]):
            raise raised(site, TypeError(f"{cls.name}.__init__() got unexpected arguments"))
        given.update(zip(names, arguments, strict=False))
        for one in fields:
            if one.name not in given and one.is_parameter and not one.has_default and one.factory is None:
                raise raised(
                    site, TypeError(f"{cls.name}.__init__() missing a required argument: '{one.name}'")
                )
        for one in fields:
            if one.name in given:
                self.changes.put(made, one.name, given[one.name])
            elif one.factory is not None:
                self.changes.put(
                    made, one.name, site.argument(self.machine.invoke(one.factory, [], {}, site))
                )
            elif one.has_default and (one.is_parameter or one.has_slot):
                self.changes.put(made, one.name, site.argument(one.default))
        after = cls.lookup("__post_init__")
        if after is not None and isinstance(after[1], FunctionValue):
            self.machine.invoke(BoundMethod(made, after[1]), [], {}, site)


def _is_hidden(one: ClassValue, cls: ClassValue) -> bool:
    """Whether what a class defines may be what an exception defines, which comes before it."""
    is_defining = one.decorator("dataclass") or not _OF_EXCEPTIONS.isdisjoint(one.namespace)
    return bool(is_defining) and comes_after_foreign(cls, one)
