"""Activations."""

from playground.ui import lab_page

LABS = ("curves",)

lab_page("activations")
