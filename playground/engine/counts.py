"""What a store counts, as Prometheus metrics in a registry of their own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

ENDS = ("done", "failed", "stopped")
WAITS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 120)  # seconds

disable_created_metrics()  # type: ignore[no-untyped-call]


class Counts:
    """Totals since the start. Safe from any thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.started = self._counter("runs_started", "Runs that began to train, again after a stop among them.")
        self.ended = self._counter("runs_ended", "Runs that ended, by how.", "state")
        self.frames = self._counter("frames_sent", "Frames sent to viewers.")
        self.bytes = self._counter("bytes_sent", "Bytes of frames sent to viewers.")
        self.refused = self._counter("sockets_refused", "WebSockets that were not let in.")
        self.first = Histogram(
            "playground_first_frame_seconds", "From asking for a run to its first frame, the queue included.",
            buckets=WAITS, registry=self.registry,
        )  # fmt: skip
        for state in ENDS:
            self.ended.labels(state)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"playground_{name}", meaning, labels, registry=self.registry)

    def sent(self, frames: int, size: int) -> None:
        """Counts a message to a viewer."""
        self.frames.inc(frames)
        self.bytes.inc(size)
