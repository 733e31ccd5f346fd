"""The objects of a crew that a module's code makes itself, with the names it gives them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crewprof.crew.loaders.crewbase.configurations import NamedByConfig, object_named
from crewprof.crew.loaders.objects.surroundings import Surroundings
from crewprof.crew.loaders.project_code.syntax import Holders
from crewprof.python.values import ClassValue, Instance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from crewprof.python.interpreter import Interpreter
    from crewprof.python.values import Value
    from crewprof.source.field import Field
    from crewprof.source.place import Place


class ObjectNames:
    """What the code of a project calls the objects it makes; the names in the file ``first`` count most."""

    def __init__(self, interpreter: Interpreter, first: Path) -> None:
        self.interpreter = interpreter
        self._holders = Holders()
        self._by_variable: dict[int, str] = {}
        own = interpreter.project.module_at(first)
        for module in [*([] if own is None else [own]), *interpreter.project.modules()]:
            self._add(module.names)
        for made in interpreter.made:
            if isinstance(made.callee, ClassValue):
                self._add({name: one.value for name, one in made.attributes.items()})

    def _add(self, names: Mapping[str, object]) -> None:
        for name, value in names.items():
            if isinstance(value, Instance):
                self._by_variable.setdefault(id(value), name)

    def of(self, made: Instance) -> str | None:
        """The variable, attribute, key or function that holds an object; ``None`` if nothing does."""
        if made.label is not None:
            return made.label
        if id(made) in self._by_variable:
            return self._by_variable[id(made)]
        module = self.interpreter.project.module_at(made.place.path)
        return None if module is None else self._holders.name_at(made.place, module)


class ModuleObjects(Surroundings):
    """What one ``Crew(…)`` of a module is made of."""

    def __init__(self, names: ObjectNames, place: Place, members: Iterable[Instance] = ()) -> None:
        super().__init__(names.interpreter, place)
        self.names = names
        self._labels = Counter(names.of(one) for one in members)

    def fields(self, made: Instance) -> dict[str, Field]:
        """See :class:`Surroundings`; the files that are read on the way are remembered."""
        found = super().fields(made)
        self._remember([made.place, *(one.place for one in found.values())])
        return found

    def named(self, kind: str, name: str) -> Value | None:
        """See :class:`Surroundings`; the configs of a ``@CrewBase`` class name its methods."""
        if not isinstance(name, NamedByConfig):
            return None
        return object_named(self.interpreter, name.owner, kind, name)

    def _remember(self, places: Iterable[Place]) -> None:
        project = self.interpreter.project
        for place in places:
            if place.path not in self.texts:
                module = project.module_at(place.path)
                self.texts[place.path] = (
                    module.document.text if module is not None else project.documents.text(place.path)
                )

    def label(self, made: Instance) -> str | None:
        """See :class:`Surroundings`; a name that several members of the crew share names none of them."""
        name = self.names.of(made)
        return None if self._labels[name] > 1 else name

    def task_label(self, made: Instance, named: str | None) -> str | None:
        """See :class:`Surroundings`; tasks that share a name are numbered."""
        return self.label(made) or named or self.names.of(made)
