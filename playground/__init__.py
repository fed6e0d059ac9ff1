"""See deep learning work: small PyTorch models, trained on demand, recorded frame by frame."""

from __future__ import annotations

import importlib

from playground.contract import History, labs
from playground.device import resolved_device
from playground.link import parse
from playground.wire import recorded

__all__ = ["History", "__version__", "labs", "run"]
__version__ = "0.1.0"


def run(link: str) -> History:
    """The whole history of a link's run, trained here and now: `run("network?data=xor").last("test_loss")`.

    Raises ValueError with a sentence where no lab can be told from the link.
    """
    asked = parse(link)
    recorder = importlib.import_module("playground.training.recorder")  # by name: only who trains imports torch
    return recorded(recorder.frames(asked.lab, asked.knobs, resolved_device(asked.lab)))
