"""Stops a run before the call that is expected to exceed what it may use.

What a call will use: its prompt, whose size is corrected by what the provider has counted so far, and the
longest answer expected of its task. Calls that have no answer yet count with what they may use, in every
process of the run.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from .ledger import Ledger
from .prices import cost, rates_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .usage import Usage

EXIT_STOPPED = 3
"""Exit code of a run that was stopped by a budget."""
OTHER_ANSWER = 1_000.0
"""Tokens of an answer of which nothing is known: twice the usual one."""
FIRST_GUESS = 1.1
"""How far the size of a prompt may lie below the provider's count before one is known."""
LONGEST_WAIT = 60.0
"""Seconds that a call waits for others to be answered, when those may use up the rest."""
PATIENCE = (1.0, 5.0)
"""Seconds after which a run that was stopped in a thread of its own is interrupted, and then ended."""


class BudgetReached(SystemExit):
    """The next call is expected to exceed a limit; no ``except Exception`` of the project swallows it.

    ``limit``: ``max-cost``, ``max-tokens``, ``max-seconds`` or ``max-calls``; ``spent``: what was used;
    ``next_call``: what the call would use.
    """

    def __init__(self, limit: str, spent: float, next_call: float, most: float) -> None:
        super().__init__(EXIT_STOPPED)
        self.limit, self.spent, self.next_call, self.most = limit, spent, next_call, most

    def __str__(self) -> str:
        used = f"{self.spent:g} used, the next call may use {self.next_call:g}"
        return f"stopped by {self.limit} {self.most:g}: {used}"


class UnknownPrice(BudgetReached):
    """A model without a known price cannot be kept within a limit of money."""

    def __init__(self, model: str | None, spent: float, most: float) -> None:
        super().__init__("max-cost", spent, 0.0, most)
        self.model = model

    def __str__(self) -> str:
        return (
            f"the price of {self.model or 'a model'} is not known, so max-cost {self.most:g} cannot be kept"
        )


class _Expected(NamedTuple):
    """What a call may use at most, as expected: USD (``None`` without a price), tokens, seconds."""

    cost: float | None
    tokens: float
    seconds: float


class Budget:
    """The limits of a run, kept together with its other processes by a ledger in a shared folder."""

    def __init__(
        self,
        limits: Mapping[str, float],
        prices: Mapping[str, Mapping[str, Any]],
        answers: Mapping[str, float],
        folder: str,
        started: float,
        on_stop: Callable[[BudgetReached], None],
        *,
        may_end: bool = True,
    ) -> None:
        self.limits = limits
        self.prices = prices
        self.answers = answers
        self.ledger = Ledger(folder)
        self.started = started
        self.may_end = may_end
        self.ended = threading.Event()
        """Set when nothing is recorded any more, so that nothing is left to stop."""
        self.reached: BudgetReached | None = None
        self._on_stop = on_stop
        self._told = threading.Lock()
        self._is_told = False
        self._ratio: dict[str, float] = {}
        self._longest: dict[str, float] = {}
        self._seconds: dict[str, float] = {}
        self._open: dict[str, tuple[str, str, float, Mapping[str, Any] | None]] = {}

    def before_call(
        self,
        call_id: str,
        *,
        model: str | None,
        provider: str | None,
        whose: str,
        prompt: int,
        max_tokens: float | None,
    ) -> None:
        """Raises :class:`BudgetReached` when the call is expected to exceed a limit."""
        name = model or ""
        rates = rates_of(self.prices, model, provider)
        expected = self._expected(name, whose, prompt, max_tokens, rates)
        until = time.monotonic() + (0.0 if _in_event_loop() else LONGEST_WAIT)
        while True:
            reached, may_wait = self._try(call_id, expected, model)
            if reached is None:
                self._open[call_id] = (name, whose, time.monotonic(), rates)
                return
            if not may_wait or time.monotonic() >= until:
                break
            time.sleep(0.02)
        self._stop(reached)
        raise reached

    def _expected(
        self,
        model: str,
        whose: str,
        prompt: int,
        max_tokens: float | None,
        rates: Mapping[str, Any] | None,
    ) -> _Expected:
        given = prompt * self._ratio.get(model, FIRST_GUESS)
        made = self.answers.get(whose, self.answers.get("", OTHER_ANSWER))
        made = max(made, self._longest.get(whose, 0.0))
        if isinstance(max_tokens, int | float) and max_tokens > 0:
            made = min(made, float(max_tokens))
        usd = cost(rates, given, made, 0.0, 0.0) if rates is not None else None
        return _Expected(usd, given + made, self._seconds.get(model, 0.0))

    def _try(self, call_id: str, expected: _Expected, model: str | None) -> tuple[BudgetReached | None, bool]:
        """Set aside what the call may use; or what it would exceed, and whether it may be made once others
        are answered."""
        with self.ledger.changing() as sums:
            open_calls = sums["open"] = _of_living(sums["open"])
            reached = self._exceeded(sums, expected, model)
            if reached is None:
                open_calls[_of_this_process(call_id)] = {
                    "pid": os.getpid(),
                    "cost": expected.cost or 0.0,
                    "tokens": expected.tokens,
                }
            # Open calls hold the most they may use: answered, they mostly leave some of it. Neither time nor
            # a price comes back.
            is_final = isinstance(reached, UnknownPrice) or (
                reached is not None and reached.limit == "max-seconds"
            )
            return reached, bool(open_calls) and sums["stopped"] is None and not is_final

    def _exceeded(
        self, sums: Mapping[str, Any], expected: _Expected, model: str | None
    ) -> BudgetReached | None:
        limits, open_calls = self.limits, sums["open"]
        if sums["stopped"] is not None:
            return BudgetReached(*sums["stopped"])
        if "cost" in limits:
            if expected.cost is None:
                return UnknownPrice(model, sums["cost"], limits["cost"])
            held = sum(one["cost"] for one in open_calls.values())
            if sums["cost"] + held + expected.cost > limits["cost"]:
                return BudgetReached("max-cost", sums["cost"], expected.cost, limits["cost"])
        if "tokens" in limits:
            held = sum(one["tokens"] for one in open_calls.values())
            if sums["tokens"] + held + expected.tokens > limits["tokens"]:
                return BudgetReached("max-tokens", sums["tokens"], expected.tokens, limits["tokens"])
        if "calls" in limits and sums["calls"] + len(open_calls) + 1 > limits["calls"]:
            return BudgetReached("max-calls", sums["calls"], 1, limits["calls"])
        if "seconds" in limits:
            used = time.time() - self.started
            if used + expected.seconds > limits["seconds"]:
                return BudgetReached("max-seconds", used, expected.seconds, limits["seconds"])
        return None

    def after_call(self, call_id: str, usage: Usage | None, size: int, *, failed: bool) -> None:
        """Book what a call has used, and learn from it what the next ones will; one that the provider refused
        is not billed."""
        model, whose, begun, rates = self._open.pop(call_id, ("", "", time.monotonic(), None))
        with self.ledger.changing() as sums:
            held = sums["open"].pop(_of_this_process(call_id), None) or {"cost": 0.0, "tokens": 0.0}
            if failed:
                return
            used_usd, used_tokens = float(held["cost"]), float(held["tokens"])
            if usage is not None:
                used_tokens = usage.prompt + usage.completion
                used_usd = cost(rates, *usage[:4]) if rates is not None else 0.0
            _book(sums, whose, used_usd, used_tokens)
        # One slow call is remembered, and fades: by a tenth with each that is faster.
        self._seconds[model] = max(self._seconds.get(model, 0.0) * 0.9, time.monotonic() - begun)
        if usage is not None and size:
            self._ratio[model] = max(usage.prompt / size, self._ratio.get(model, 0.0) * 0.9)
            self._longest[whose] = max(float(usage.completion), self._longest.get(whose, 0.0))

    def _stop(self, reached: BudgetReached) -> None:
        with self.ledger.changing() as sums:
            told = [reached.limit, reached.spent, reached.next_call, reached.most]
            # The first process that stops says why; the others stop for the same reason.
            sums["stopped"] = sums["stopped"] or told
        with self._told:
            if self._is_told:
                return
            self._is_told = True
            self.reached = reached
        with contextlib.suppress(Exception):
            self._on_stop(reached)
        _stop_quietly()
        threading.Thread(target=self._see_that_it_ends, daemon=True).start()

    def _see_that_it_ends(self) -> None:
        """A thread that waits for one that was stopped waits for ever: wake the main one, then end the
        process."""
        first, second = PATIENCE
        if self.ended.wait(first):
            return
        with contextlib.suppress(Exception):
            main = threading.main_thread()
            if hasattr(signal, "pthread_kill") and main.ident is not None:
                signal.pthread_kill(main.ident, signal.SIGINT)
        if not self.may_end or self.ended.wait(second):
            return
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        # Nothing gentler ends a process whose main thread waits for a thread that is gone; both streams are
        # flushed before.
        os._exit(EXIT_STOPPED)


def _book(sums: dict[str, Any], whose: str, usd: float, tokens: float) -> None:
    own = sums["by"].setdefault(whose, {"cost": 0.0, "tokens": 0, "calls": 0})
    for one in (sums, own):
        one["cost"] += usd
        one["tokens"] += tokens
        one["calls"] += 1


def _of_this_process(call_id: str) -> str:
    """The id of a call among those of all processes, which may number theirs alike."""
    return f"{os.getpid()} {call_id}"


def _of_living(open_calls: dict[str, Any]) -> dict[str, Any]:
    """The calls whose processes are still there."""
    return {one: held for one, held in open_calls.items() if _is_alive(held["pid"])}


def _is_alive(pid: int) -> bool:
    if pid == os.getpid() or os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _in_event_loop() -> bool:
    """Whether waiting here would keep the answers waited for from coming."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _stop_quietly() -> None:
    """What ends a stopped run needs no traceback: the stop itself in a thread, the interrupt in the main
    one."""
    of_main, of_threads = sys.excepthook, threading.excepthook

    def main_hook(kind: type[BaseException], error: BaseException, traceback: Any) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            of_main(kind, error, traceback)

    def thread_hook(args: Any) -> None:
        if not issubclass(args.exc_type, BudgetReached):
            of_threads(args)

    def is_news(record: logging.LogRecord) -> bool:
        return record.exc_info is None or not isinstance(record.exc_info[1], BudgetReached)

    sys.excepthook, threading.excepthook = main_hook, thread_hook
    logging.getLogger("asyncio").addFilter(is_news)
