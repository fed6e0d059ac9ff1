"""RNN."""

from playground.ui import lab_page

LABS = ("cell", "memory", "names", "forecast")

lab_page("rnn")
