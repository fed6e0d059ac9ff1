"""Copies of the app with one more lab in them: what a contributor's change looks like."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = '"""A trial."""\n\nfrom playground.ui import lab_page\n\nLABS = ("{lab}",)\n\nlab_page("{concept}")\n'
WORDS = 'TITLE, SECTION, ORDER = "{concept}", "Foundations", 99\nSENTENCE, QUESTION = "A trial.", "Does it work?"\n'


def grown(target: Path, concept: str, name: str, /, **files: str) -> Path:
    """A copy of the app in `target` with a concept of one lab; `files` are the texts of its modules by stem."""
    for part in ("app.py", "pages", "playground", ".streamlit"):
        source = ROOT / part
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, target / part, ignore=ignore) if source.is_dir() else shutil.copy(source, target / part)
    (target / "pages" / f"{concept}.py").write_text(PAGE.format(concept=concept, lab=name))
    folder = target / "playground" / "concepts" / concept / name
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text(WORDS.format(concept=concept))
    for stem, text in {"__init__": "", "script": "", **files}.items():
        (folder / (f"{stem}.py" if stem != "script" else "script.py.j2")).write_text(text)
    return target
