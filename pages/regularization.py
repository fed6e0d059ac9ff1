"""Regularization."""

from playground.ui import lab_page

LABS = ("capacity",)

lab_page("regularization")
