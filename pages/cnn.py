"""CNN."""

from playground.ui import lab_page

LABS = ("inside",)

lab_page("cnn")
