"""The activations page's words."""

TITLE = "Activations"
SECTION = "Foundations"
ORDER = 20
SENTENCE = "The bend between two layers decides what a network can express, and whether it can learn at all."
QUESTION = "Which bend still carries a gradient through thirty layers?"
