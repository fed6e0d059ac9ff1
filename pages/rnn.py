"""RNN."""

from playground.ui import lab_page

LABS = ("cell", "memory", "names")

lab_page("rnn")
