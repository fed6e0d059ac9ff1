"""GAN."""

from playground.ui import lab_page

LABS = ("points",)

lab_page("gan")
