"""GAN."""

from playground.ui import lab_page

LABS = ("digits",)

lab_page("gan")
