"""Neural network: the page people open first."""

from playground.ui import lab_page

LABS = ("sandbox", "compare", "inside")

lab_page("network")
