"""RNN."""

from playground.ui import lab_page

LABS = ("forecast",)

lab_page("rnn")
