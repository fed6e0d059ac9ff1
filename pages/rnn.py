"""RNN."""

from playground.ui import lab_page

LABS = ("names",)

lab_page("rnn")
