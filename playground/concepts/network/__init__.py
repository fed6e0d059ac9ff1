"""The network page's words."""

TITLE = "Neural network"
SECTION = "Foundations"
ORDER = 10
SENTENCE = "Layers of simple units bend the plane until a straight cut separates the classes."
QUESTION = "How few units still solve the spiral?"
