"""See deep learning work: small PyTorch models, trained on demand, recorded frame by frame."""

__version__ = "0.1.0"
