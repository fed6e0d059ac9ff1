"""RNN."""

from playground.ui import lab_page

LABS = ("memory",)

lab_page("rnn")
