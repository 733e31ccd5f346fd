"""What ``argparse`` gives a program that is started without arguments: the defaults of its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crewprof.python import operators
from crewprof.python.values import Argument, External, FromEnvironment, Instance, PartialText
from crewprof.source.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crewprof.python.machine import Machine
    from crewprof.python.site import Site
    from crewprof.python.values import MethodCall, Value

PARSER: Final = External("argparse.ArgumentParser")
PARSES: Final = "parse_args"

_CHANGES: Final = frozenset({"set_defaults", "add_subparsers"})
"""Methods of a parser after which the defaults of its options are not all there is to its answer."""
_SWITCHES: Final = {"store_true": False, "store_false": True}
"""Actions that need no default, with the one they have."""
_PLAIN: Final = ("store", "store_true", "store_false", "append", "count")


def parsed(machine: Machine, parser: Instance, site: Site) -> Instance | None:
    """What ``parser.parse_args()`` gives; ``None`` where that is more than its options say."""
    calls = [call for call in machine.method_calls if call.receiver is parser]
    if any(call.name in _CHANGES or (call.name == "add_argument" and not call.is_certain) for call in calls):
        return None
    made = Instance(External("argparse.Namespace"), site.place)
    for call in calls:
        if call.name == "add_argument":
            for name, value in _option(call):
                made.attributes[name] = Argument(value, call.place, call.place)
    machine.journal.bear(made.attributes)
    return made


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
