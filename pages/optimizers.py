"""Optimizers."""

from playground.ui import lab_page

LABS = ("sensitivity", "schedules")

lab_page("optimizers")
