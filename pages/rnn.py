"""RNN."""

from playground.ui import lab_page

LABS = ("cell", "memory")

lab_page("rnn")
