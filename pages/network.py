"""Neural network: the page people open first."""

from playground.ui import lab_page

LABS = ("sandbox", "inside", "landscape", "compare")

lab_page("network")
