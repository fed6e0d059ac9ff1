"""Activations."""

from playground.ui import lab_page

LABS = ("curves", "signal")

lab_page("activations")
