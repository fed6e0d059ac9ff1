"""What a cluster is told about a run, and the names under which its actors are found."""

from __future__ import annotations

from dataclasses import dataclass

NAMESPACE = "playground"
RUN, NURSERY = "run-", "nursery-"  # what the actors' names begin with; a run's id or a node's follows


@dataclass(frozen=True)
class Plan:
    """A run as its first reader wants it recorded.

    `path` names the lab; `knobs` are JSON; `version` is the code's. The child gets `memory` bytes beyond its start; the
    recording holds at most `size` bytes in `frames` frames and lives for `grace` seconds without a reader.
    """

    id: str
    path: str
    knobs: str
    device: str
    version: str
    memory: int
    frames: int
    size: int
    grace: float

    @property
    def name(self) -> str:
        """The run's actor."""
        return RUN + self.id
