"""What ``inspect.signature`` says of a function, told from its text."""

from __future__ import annotations

import ast
from typing import NamedTuple


class Signature(NamedTuple):
    """``required``: how many arguments have no default, ``*args`` and ``**kwargs`` among them. ``returns``:
    the annotation of what it returns, in quotes where Python leaves it a text; ``None`` if there is none."""

    required: int
    returns: str | None


def signature_of(
    function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, module: ast.Module, *, given: int = 0
) -> Signature:
    """The signature of a function of ``module``, the first ``given`` arguments of which are given."""
    arguments = function.args
    positional = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults) - given
    keywords = sum(default is None for default in arguments.kw_defaults)
    rest = sum(one is not None for one in (arguments.vararg, arguments.kwarg))
    returns = None if isinstance(function, ast.Lambda) else function.returns
    shown = None if returns is None else ast.unparse(returns)
    is_late = shown is not None and _has_late_annotations(module)
    return Signature(positional + keywords + rest, repr(shown) if is_late else shown)


def _has_late_annotations(module: ast.Module) -> bool:
    return any(
        isinstance(one, ast.ImportFrom)
        and one.module == "__future__"
        and any(name.name == "annotations" for name in one.names)
        for one in module.body
    )
