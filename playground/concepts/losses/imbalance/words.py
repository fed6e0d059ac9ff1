"""The three losses of the imbalance page, how wide its plane is, and how many points of a class it shows."""

from __future__ import annotations

LOSSES = ("cross_entropy", "weighted", "focal")
EDGE = 4.0
SHOWN = 200
