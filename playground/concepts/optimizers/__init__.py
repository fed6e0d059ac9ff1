"""The optimizers page's words."""

TITLE = "Optimizers"
SECTION = "Foundations"
ORDER = 40
SENTENCE = "An optimizer turns gradients into steps; how far and which way decides whether a network learns."
QUESTION = "Which optimizer gets down the narrow valley first, and at which learning rate does it fly out?"
