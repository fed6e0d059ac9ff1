"""The store: one run per id, trained once, whoever asks; a queue before the cores, a bound over the bytes."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from functools import cache

from playground.contract import Knobs, Lab, run_id
from playground.device import resolved_device
from playground.engine import log, tokens
from playground.engine.counts import Counts
from playground.engine.engines import chosen
from playground.engine.queue import Queue, Ticket
from playground.engine.run import ACTIVE, GOES, IDLE, WAITS, Child, Run, Start, Watcher, died
from playground.engine.settings import MB, Settings, settings

CROWD = 100  # waiting visitors from which on places are told now and then
SPARE = 50  # the part of the history that is let go beyond what has to be
YIELDING = 2.0  # seconds that a run which nobody watches keeps its place from one who waits: a reload takes less


class Store:
    """Every run of this process. Safe from any thread; only `close` waits for a child.

    `start` makes children; where that is not on this machine, `cores` says how many may train at once if the bounds
    leave it open, and `gpu` whether there is one.
    """

    def __init__(
        self,
        bounds: Settings,
        start: Start,
        cores: Callable[[], int] = lambda: 1,
        gpu: Callable[[], bool | None] = lambda: None,
    ) -> None:
        self.bounds, self.gpu = bounds, gpu
        self.counts = Counts()
        self._refused = log.Seldom("socket refused")
        self._start = start
        self._runs: dict[str, Run] = {}
        self._cores = cores
        self._queue: Queue[Run] = Queue(*self._room())
        self._threads: set[threading.Thread] = set()
        self._bytes = 0
        self._retired = False
        self._untold = False  # whether places have changed since they were told
        self._lock = threading.RLock()

    def token(self, lab: Lab, knobs: Knobs) -> str:
        """The address of a run, made or not. Raises ValueError with a sentence on knobs too long for one."""
        return tokens.seal(self.bounds.secret, lab, knobs)

    def peek(self, token: str) -> Run | None:
        """The run of a token where there is one. Raises ValueError with a sentence on a bad token."""
        lab, knobs = tokens.unseal(self.bounds.secret, token)
        return self._runs.get(run_id(lab, knobs, resolved_device(lab, self.gpu())))

    def run(self, token: str) -> Run:
        """The run of a token, made where there is none. Raises ValueError with a sentence on a bad token."""
        lab, knobs = tokens.unseal(self.bounds.secret, token)
        made = Run(lab, knobs, resolved_device(lab, self.gpu()))
        with self._lock:
            if made.id not in self._runs:
                self._make_room(made.bytes)
                self._runs[made.id] = made
                self._bytes += made.bytes
            return self._runs[made.id]

    def watch(self, token: str, watcher: Watcher, visitor: str = "") -> Run:
        """The run of a token, now watched; one that rests starts in its visitor's turn. Raises ValueError."""
        with self._lock:
            run = self.run(token)
            run.watchers[watcher] = visitor
            if run.state in IDLE and not self._retired:
                run.queue()
            if run.state == "queued":
                self._queue.ask(run, visitor)
                self._fill()
                if self._untold and run.state == "queued" and not run.place:
                    self._place(run, len(self._queue))  # the last, until the sweep
            return run

    def runs(self) -> tuple[Run, ...]:
        """Every run that is kept."""
        with self._lock:
            return tuple(self._runs.values())

    def refuse(self, reason: str, visitor: str) -> None:
        """Notes a socket that is not let in."""
        self.counts.refused.inc()
        self._refused(reason=reason, visitor=visitor)

    def leave(self, run: Run, watcher: Watcher, *, at_once: bool) -> None:
        """Ends a watch; `at_once` stops a run that nobody else watches, else the grace runs from now."""
        with self._lock:
            visitor = run.watchers.pop(watcher, "")
            run.left = time.monotonic()
            if at_once and not run.watchers:
                self._stop(run)
            elif run.state == "queued" and run.watchers and visitor not in run.watchers.values():
                self._queue.leave(run, visitor)  # it waits on for those who stay
                self._tell()

    def sweep(self) -> None:
        """Stops the runs that nobody has watched for the grace, and those that take too long. Call it now and then.

        While others queue, a run that nobody watches soon gives way; asked for again, it goes on from its frames.
        """
        with self._lock:
            self._resize()
            if self._untold:
                self._tell_all()
            before = time.monotonic() - (min(self.bounds.grace, YIELDING) if self._queue else self.bounds.grace)
            for run in tuple(self._runs.values()):
                if not run.watchers and run.left <= before:
                    self._stop(run)
                if run.state == "running" and run.seconds > self.bounds.seconds:
                    limit = f"a run may take {self.bounds.seconds:g} seconds here"
                    self._end(run, run.attempt, "failed", f"Stopped at step {run.step}: {limit}.")

    def _room(self) -> tuple[int, int]:
        """How many runs may train at once, and of one visitor."""
        slots = self.bounds.runs or max(1, self._cores())
        return slots, self.bounds.visitor_runs or max(2, slots // 2)

    def _resize(self) -> None:
        """Lets as many runs train at once as there is room for by now."""
        if (self._queue.slots, self._queue.each) != self._room():
            self._queue.slots, self._queue.each = self._room()
            self._fill()

    @property
    def retired(self) -> bool:
        """Whether the server is going down: nothing starts any more."""
        return self._retired

    def retire(self) -> None:
        """Stops every run, starts none from now on and wakes every watcher."""
        with self._lock:
            self._retired = True
            for run in self._runs.values():
                self._stop(run)
                run.wake()

    def close(self) -> None:
        """Retires and waits until no child is left."""
        self.retire()
        with self._lock:
            threads = tuple(self._threads)
        for thread in threads:
            thread.join(10)

    def _stop(self, run: Run) -> None:
        if run.state in ACTIVE:
            self._queue.drop(run)
            self._close(run, "stopped")
            self._fill()

    def _fill(self) -> None:
        """Starts queued runs while there are free cores, and tells the others their place."""
        while not self._retired and (ticket := self._queue.start()):
            run = ticket.item
            thread = threading.Thread(
                target=self._record, args=(ticket, run.begin()), name=f"run-{run.id[:6]}", daemon=True
            )
            self._threads.add(thread)
            thread.start()
            run.wake()
            self.counts.started.inc()
            log.event("run started", **run.named(), waited=round(time.monotonic() - run.asked, 3))
        self._tell()

    def _tell(self) -> None:
        """Tells queued runs the places that are new to them; in a crowd the sweep does, since that takes a while."""
        self._untold = self._queue.visitors > CROWD
        if not self._untold:
            self._tell_all()

    def _tell_all(self) -> None:
        self._untold = False
        for run, place in self._queue.places().items():
            self._place(run, place)

    def _place(self, run: Run, place: int) -> None:
        if run.place != place:
            run.place = place
            run.wake()

    def _record(self, ticket: Ticket[Run], attempt: int) -> None:
        """A thread's work: starts a child, hears it to its end and frees its place."""
        run = ticket.item
        child: Child | None = None
        try:
            child = self._start(run, self.bounds.memory)
            if self._attach(run, attempt, child):
                self._end(run, attempt, *self._hear(run, attempt, child))
            else:
                child.kill()
        except Exception as error:  # whatever it is, the run must not seem to go on
            self._end(run, attempt, "failed", f"No worker could be started ({type(error).__name__}): try again later.")
        finally:
            if child:
                with contextlib.suppress(Exception):  # the place is free whatever becomes of the process
                    child.finish()
            with self._lock:
                self._threads.discard(threading.current_thread())
                self._queue.end(ticket)
                self._fill()

    def _attach(self, run: Run, attempt: int, child: Child) -> bool:
        with self._lock:
            if run.attempt == attempt:
                run.child = child
            return run.attempt == attempt

    def _end(self, run: Run, attempt: int, state: str, error: str | None) -> None:
        with self._lock:
            if run.attempt == attempt:
                self._close(run, state, error)

    def _close(self, run: Run, state: str, error: str | None = None) -> None:
        trained = run.state == "running"
        run.end(state, error)
        run.wake()
        if trained:
            self.counts.ended.labels(state).inc()
            fields = {"state": state, "seconds": round(run.seconds, 3), "frames": len(run.frames)}
            log.event("run ended", **run.named(), **fields, **({"error": error} if error else {}))

    def _hear(self, run: Run, attempt: int, child: Child) -> tuple[str, str | None]:
        """How a child ended: (state, sentence); its frames are kept on the way."""
        try:
            while raw := child.pipe.recv_bytes():
                if raw[:1] == b"!":
                    return "failed", raw[1:].decode("utf-8", "replace")
                if raw in (WAITS, GOES):
                    self._wait(run, attempt, raw == WAITS)
                elif error := self._keep(run, attempt, raw):
                    return "failed", error
        except (EOFError, OSError):
            return "failed", died(run.step, child.finish())
        return "done", None

    def _wait(self, run: Run, attempt: int, waits: bool) -> None:
        with self._lock:
            if run.attempt == attempt:
                run.wait(waits)
                run.wake()

    def _keep(self, run: Run, attempt: int, raw: bytes) -> str | None:
        """Appends a frame; a sentence where a bound forbids it or the child is not heard any more."""
        with self._lock:
            if run.attempt != attempt:
                return "The run was stopped."
            if run.bytes + len(raw) > self.bounds.run_history:
                return f"Stopped at step {run.step}: a recording may hold {self.bounds.run_history // MB} MB here."
            if len(run.frames) >= self.bounds.frames:
                return f"Stopped at step {run.step}: a recording may hold {self.bounds.frames} frames here."
            if not self._make_room(len(raw)):
                return f"Stopped at step {run.step}: the server's memory for recordings is full. Try again later."
            run.add(raw)
            self._bytes += len(raw)
            if len(run.frames) == 1:
                self.counts.first.observe(time.monotonic() - run.asked)
            run.wake()
        return None

    def _make_room(self, size: int) -> bool:
        """Whether so many bytes more are allowed, once the runs that were left longest ago are dropped."""
        self._drop(self._bytes + size - self.bounds.history)
        return self._bytes + size <= self.bounds.history

    def _drop(self, excess: int) -> None:
        """Drops so many bytes, or what there is, of runs that rest and are not watched: those left longest ago.

        A little more goes than has to, for each frame of a full history would sort them all again.
        """
        if excess <= 0:
            return
        excess += self.bounds.history // SPARE
        idle = (run for run in self._runs.values() if not run.watchers and run.state not in ACTIVE)
        for run in sorted(idle, key=lambda run: run.left):
            del self._runs[run.id]
            self._bytes -= run.bytes
            excess -= run.bytes
            if excess <= 0:
                return


@cache
def store() -> Store:
    """The one store of this process."""
    engine = chosen()
    return Store(settings(), engine.start, engine.cores, engine.gpu)
