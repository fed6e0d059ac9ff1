"""The regularization page's words."""

TITLE = "Regularization"
SECTION = "Foundations"
ORDER = 50
SENTENCE = "A network that can fit anything also fits the noise; regularization is what keeps it from doing so."
QUESTION = "How little can you take away from a network before it stops learning by heart?"
