"""Regularization."""

from playground.ui import lab_page

LABS = ("overfitting", "capacity")

lab_page("regularization")
