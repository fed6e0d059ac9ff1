"""CNN."""

from playground.ui import lab_page

LABS = ("training",)

lab_page("cnn")
