"""The script as a Jupyter notebook (nbformat 4.5), one cell a section."""

from __future__ import annotations

import json
import re
from typing import Any

from playground import link
from playground.contract import Knobs, Lab, concept
from playground.export.script import script

SECTION = re.compile(r"\n\n+(?=# )")  # a blank line, then a comment at the left margin


def notebook(lab: Lab, knobs: Knobs) -> str:
    """The notebook's JSON: a cell of words, then the script's sections; the same run gives the same bytes."""
    texts = SECTION.split(script(lab, knobs).strip("\n"))
    cells = [_cell(0, "markdown", _words(lab, knobs))]
    cells += [_cell(i, "code", text, execution_count=None, outputs=[]) for i, text in enumerate(texts, 1)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _words(lab: Lab, knobs: Knobs) -> str:
    owner = concept(lab.concept)
    return f"# {owner.title}: {lab.title}\n\n{owner.sentence}\n\nThe run of this link: `{link.url(lab, knobs)}`"


def _cell(number: int, kind: str, text: str, **more: Any) -> dict[str, Any]:
    lines = text.splitlines(keepends=True)
    return {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": lines, **more}
