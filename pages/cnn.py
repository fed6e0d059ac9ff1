"""CNN."""

from playground.ui import lab_page

LABS = ("kernel", "training")

lab_page("cnn")
