"""CNN."""

from playground.ui import lab_page

LABS = ("kernel", "training", "inside")

lab_page("cnn")
