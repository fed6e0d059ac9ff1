"""What a button that mends says: the change alone, in the words of the page."""

from __future__ import annotations

from typing import Any

import pytest

from playground.contract import Verdict, lab
from playground.ui.place import Place
from playground.ui.verdicts import advised


@pytest.mark.parametrize(
    ("path", "mend", "said"),
    [
        ("activations/curves", {"functions": ("sigmoid", "tanh", "leaky_relu")}, "without ReLU"),
        ("activations/curves", {"functions": ("tanh", "relu", "leaky_relu", "gelu")}, "without Sigmoid and with GELU"),
        ("losses/outliers", {"losses": ("huber",)}, "with Huber alone"),
        ("activations/signal", {"initialiser": "he"}, "initialiser: He"),
        ("network/sandbox", {"learning_rate": 0.05, "residual": True}, "learning rate 0.05, residual connections: on"),
    ],
)
def test_a_mend_is_said_as_its_change(path: str, mend: dict[str, Any], said: str) -> None:
    one = lab(path)
    assert advised(Place(one, one.Knobs()), Verdict("Why.", 0, mend)) == said
