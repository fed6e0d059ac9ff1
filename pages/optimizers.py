"""Optimizers."""

from playground.ui import lab_page

LABS = ("sensitivity",)

lab_page("optimizers")
