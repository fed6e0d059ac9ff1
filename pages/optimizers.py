"""Optimizers."""

from playground.ui import lab_page

LABS = ("surface", "sensitivity", "network", "schedules")

lab_page("optimizers")
