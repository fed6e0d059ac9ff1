"""One colour-blind-safe palette (Okabe and Ito, 2008) for classes, splits and variants."""

from __future__ import annotations

BLUE, VERMILLION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
AMBER, SKY, YELLOW, GREY = "#E69F00", "#56B4E9", "#F0E442", "#7F7F7F"

CLASSES = (BLUE, VERMILLION, GREEN, PURPLE, AMBER, SKY, YELLOW, GREY)
VARIANTS = (BLUE, VERMILLION, GREEN, PURPLE, AMBER, SKY, GREY, "#8C6BB1", "#A6761D", "#1B9E77", "#666666", "#E7298A")
SPLITS = {"train": "#8C6BB1", "validation": GREEN, "test": AMBER}
MIDDLE = "#F7F7F7"  # zero of a diverging map; blue below, vermillion above


def pale(color: str, opacity: float) -> str:
    """The colour `#rrggbb` as Plotly's `rgba(...)`, for bands and fills."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
