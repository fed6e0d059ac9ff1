"""Pace: at which steps a run shows a frame."""

from __future__ import annotations

DENSE = 10


def frame_steps(steps: int, most: int = 200) -> tuple[int, ...]:
    """The steps of the frames: 0, the next ten, then evenly spaced ones up to the last; at most `most`.

    Raises ValueError where `most` leaves no room for the dense start and the last step.
    """
    if most < DENSE + 2:
        raise ValueError(f"A run needs room for {DENSE + 2} frames, not {most}.")
    if steps < most:
        return tuple(range(steps + 1))
    rest = most - DENSE - 1
    even = (DENSE + round((steps - DENSE) * i / rest) for i in range(1, rest + 1))
    return (*range(DENSE + 1), *even)
