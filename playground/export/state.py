"""What a download says of a run that has not reached its end."""

from __future__ import annotations

SO_FAR = {"stopped": "the run was stopped: {} frames", "failed": "the run failed: {} frames"}


def so_far(state: str, frames: int) -> str:
    """`the run goes on: 57 frames so far`, or why it does not; nothing where the run is done."""
    return "" if state == "done" else SO_FAR.get(state, "the run goes on: {} frames so far").format(frames)
