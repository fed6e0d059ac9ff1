"""Regularization."""

from playground.ui import lab_page

LABS = ("overfitting", "dropout", "capacity", "augmentation")

lab_page("regularization")
