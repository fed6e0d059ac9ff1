"""The stand-alone PyTorch script of a run, as text: the lab's `script.py.j2`, filled in with its knobs."""

from __future__ import annotations

import ast
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from playground import link
from playground.contract import PACKAGE, Knobs, Lab

TEMPLATE = "script.py.j2"


def script(lab: Lab, knobs: Knobs) -> str:
    """The script that reproduces a run with torch, numpy and scikit-learn alone.

    The template sees `knobs` (checked by pydantic), `link`, `source(name)` and the filter `literal`, through
    which every knob of kind text must go.
    """
    folder = PACKAGE / "concepts" / lab.concept / lab.name
    template = environment(folder).get_template(TEMPLATE)
    return template.render(knobs=knobs, link=link.url(lab, knobs)).strip("\n") + "\n"


@cache
def environment(folder: Path) -> Environment:
    """The strict Jinja environment of a lab's folder: an unknown name is an error, whole-line tags leave no line.

    A template may extend another lab's, `network/sandbox/script.py.j2`.
    """
    found = Environment(
        loader=FileSystemLoader([folder, PACKAGE / "concepts"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    found.filters["literal"] = repr
    found.filters["zip"] = zip
    found.globals["source"] = source
    return found


@cache
def source(name: str) -> str:
    """The text of a top-level function or class of the package, such as `playground.data.toy.spiral`.

    The file is read and parsed, its module not run, so that the server can print what needs torch.
    Raises LookupError with a sentence.
    """
    module, _, wanted = name.rpartition(".")
    spec = find_spec(module) if module.startswith("playground.") else None
    text = Path(spec.origin).read_text("utf-8") if spec and spec.origin else ""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == wanted:
            return ast.get_source_segment(text, node) or ""
    raise LookupError(f"There is no function or class {name!r} to print.")
