"""CNN."""

from playground.ui import lab_page

LABS = ("kernel",)

lab_page("cnn")
