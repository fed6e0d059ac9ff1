"""Regularization."""

from playground.ui import lab_page

LABS = ("overfitting", "capacity", "augmentation")

lab_page("regularization")
