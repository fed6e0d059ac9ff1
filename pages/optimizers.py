"""Optimizers."""

from playground.ui import lab_page

LABS = ("sensitivity", "network", "schedules")

lab_page("optimizers")
