"""What ``argparse`` gives a program that is started without arguments: the defaults of its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.python import operators
from crewprof.python.joining import joined
from crewprof.python.uncertain import FromEnvironment, PartialText
from crewprof.python.values import ANY_ATTRIBUTE, Argument, External, Instance
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crewprof.python.machine import Machine
    from crewprof.python.site import Site
    from crewprof.python.values import MethodCall, Value

_PARSER: Final = External("argparse.ArgumentParser")
_GROUP: Final = External("argparse._ArgumentGroup")
_COMMANDS: Final = External("argparse._SubParsersAction")
_MAKES: Final = {
    (_PARSER, "add_argument_group"): _GROUP,
    (_PARSER, "add_mutually_exclusive_group"): _GROUP,
    (_GROUP, "add_mutually_exclusive_group"): _GROUP,
    (_PARSER, "add_subparsers"): _COMMANDS,
    (_COMMANDS, "add_parser"): _PARSER,
}
"""What methods of a parser, and of what it makes, make."""

_SWITCHES: Final = {"store_true": False, "store_false": True}
"""Actions that need no default, with the one they have."""
_PLAIN: Final = ("store", "store_true", "store_false", "append", "count")


def made_by(
    receiver: Instance,
    name: str,
    arguments: Sequence[Argument],
    keywords: Mapping[str, Argument],
    site: Site,
) -> Instance | None:
    """The part of a parser, or the parser of a command, that a method makes; ``None`` if it makes none.

    Its first argument is what it is part of.
    """
    callee = receiver.callee
    kind = _MAKES.get((callee, name)) if isinstance(callee, External) else None
    if kind is None:
        return None
    return Instance(kind, site.place, (site.argument(receiver), *arguments), dict(keywords))


def parsed(
    machine: Machine,
    receiver: Instance,
    name: str,
    arguments: Sequence[Argument],
    keywords: Mapping[str, Argument],
    site: Site,
) -> Value:
    """What ``parser.parse_args()`` gives; ``None`` where that is more than its options say."""
    is_parser = receiver.callee == _PARSER and name in ("parse_args", "parse_known_args")
    if not is_parser or keywords or len(arguments) > 1 or any(_is_given(one.value) for one in arguments):
        return None
    namespace = _namespace(machine, receiver, site)
    if namespace is None or name == "parse_args":
        return namespace
    return namespace, site.unknown()


def _is_given(value: Value) -> bool:
    """Whether a parser is given known words, instead of those that the program is started with."""
    return value is not None and not isinstance(value, Unknown)


def _namespace(machine: Machine, parser: Instance, site: Site) -> Instance | None:
    parts = _parts(machine, parser)
    calls = [call for call in machine.method_calls if id(call.receiver) in parts]
    told = [call for call in calls if call.name in ("add_argument", "set_defaults")]
    if any(not call.is_certain or ANY_ATTRIBUTE in call.keywords for call in told):
        return None
    found: dict[str, list[Argument]] = {}
    for part in parts.values():
        for name, told_of in _of_part(part, [call for call in told if call.receiver is part]):
            found.setdefault(name, []).append(told_of)
    made = Instance(External("argparse.Namespace"), site.place)
    for name, values in found.items():
        why = Unknown(f"which command `{site.source}` is given", site.place)
        value = joined([one.value for one in values], why)
        made.attributes[name] = Argument(value, values[0].place, values[0].key_place)
    machine.journal.bear(made.attributes)
    return made


def _parts(machine: Machine, parser: Instance) -> dict[int, Instance]:
    """By identity: a parser, its groups and commands, and the parsers whose options it takes over."""
    found = {id(parser): parser}
    waiting = [parser]
    made = [one for one in machine.made if one.callee in (_PARSER, _GROUP, _COMMANDS)]
    while waiting:
        one = waiting.pop()
        given = one.keywords.get("parents")
        parents = operators.items_of(given.value) if given is not None else None
        related = [child for child in made if child.arguments and child.arguments[0].value is one]
        for part in [*related, *(parents or ())]:
            if isinstance(part, Instance) and id(part) not in found:
                found[id(part)] = part
                waiting.append(part)
    return found


def _of_part(part: Instance, calls: Sequence[MethodCall]) -> Iterator[tuple[str, Argument]]:
    """The attributes that a parser, a group or the choice of a command gives."""
    target = part.keywords.get("dest")
    if part.callee == _COMMANDS and target is not None and isinstance(target.value, str):
        yield (
            str(target.value),
            Argument(Unknown("is the command that the program is given", part.place), part.place, part.place),
        )
    seen: dict[str, Argument] = {}
    for call in calls:
        if call.name == "set_defaults":
            yield from call.keywords.items()
            continue
        for name, value in _option(call):
            # Of options for one attribute the first gives the default.
            seen.setdefault(name, Argument(value, call.place, call.place))
    yield from seen.items()


def _option(call: MethodCall) -> Iterator[tuple[str, Value]]:
    """The attribute that an option, or a positional argument, gives, and its value."""
    names = [operators.plain(one.value) for one in call.arguments]
    given = {name: operators.plain(one.value) for name, one in call.keywords.items()}
    texts = [str(one) for one in names if isinstance(one, str) and not isinstance(one, PartialText)]
    if len(texts) < len(names) or not texts:
        return
    long = next((one for one in texts if one.startswith("--")), texts[0])
    target = given.get("dest", long.lstrip("-").replace("-", "_"))
    if isinstance(target, str):
        yield str(target), _default(long, given, call)


def _default(option: str, given: dict[str, Value], call: MethodCall) -> Value:
    action = given.get("action", "store")
    why = Unknown(f"comes from the option {option}", call.place)
    if action not in _PLAIN or given.get("required") or (not option.startswith("-") and "nargs" not in given):
        return why
    value = given["default"] if "default" in given else _SWITCHES.get(str(action))
    if isinstance(value, Unknown | FromEnvironment) or value is None:
        return why
    if isinstance(value, str) and given.get("type", External("builtins.str")) != External("builtins.str"):
        return why  # argparse converts a default that is a text
    return FromEnvironment(option, value, call.place)
