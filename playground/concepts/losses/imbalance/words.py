"""The three losses of the imbalance page, and how wide its plane is."""

from __future__ import annotations

LOSSES = ("cross_entropy", "weighted", "focal")
EDGE = 4.0
