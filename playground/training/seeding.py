"""Random numbers: one global stream for training, kept apart from whatever else draws."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def aside() -> Iterator[None]:
    """Leaves torch's global generator as it was, whatever is drawn inside."""
    state = torch.get_rng_state()
    try:
        yield
    finally:
        torch.set_rng_state(state)
