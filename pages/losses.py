"""Losses."""

from playground.ui import lab_page

LABS = ("curves", "outliers", "logits", "imbalance")

lab_page("losses")
