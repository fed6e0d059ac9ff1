"""Imported by the forkserver alone: what every child would import, once for all of them."""

from __future__ import annotations

import contextlib
import importlib

from playground import contract
from playground.engine import child

for _name in (child.RECORDER, *(f"{lab.package}.experiment" for lab in contract.labs())):
    with contextlib.suppress(Exception):  # a broken lab fails in its own child, with a sentence
        importlib.import_module(_name)
