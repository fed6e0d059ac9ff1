"""Activations."""

from playground.ui import lab_page

LABS = ("curves", "signal", "training")

lab_page("activations")
