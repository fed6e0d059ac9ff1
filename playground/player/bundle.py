"""The player's ES modules as one text: what the app serves and what a stand-alone page holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MODULES = Path(__file__).parent / "js"
IMPORT = re.compile(r"import \{\s*([\w$]+(?:,\s*[\w$]+)*),?\s*\} from '\./([\w-]+\.js)';")
DECLARED = re.compile(r"^(export )?(?:async )?(?:function\*?|class|const|let|var) ([\w$]+)", re.MULTILINE)
UNKNOWN_EXPORT = re.compile(r"^export (?!(?:async )?(?:function|class|const|let)\b).*", re.MULTILINE)


class BundleError(ValueError):
    """A module that cannot be joined, in one sentence."""


@dataclass(frozen=True)
class Module:
    """One file: the names it takes from others, its text without imports, the names it declares and exports."""

    name: str
    imports: tuple[tuple[str, tuple[str, ...]], ...]
    body: str
    declared: tuple[str, ...]
    exported: tuple[str, ...]


def bundle(entry: str = "mount.js", folder: Path = MODULES) -> str:
    """The entry and all that it imports as one module, which exports what the entry exports.

    Raises BundleError on a cycle, a name declared twice at the top level, an unknown import or another form of one.
    """
    modules = tuple(_ordered(folder, entry, (), {}))
    _check_names(modules)
    text = "\n".join(f"// {one.name}\n{one.body}" for one in modules)
    names = ", ".join(modules[-1].exported)
    return text + (f"\nexport {{ {names} }};\n" if names else "")


def _ordered(folder: Path, name: str, above: tuple[str, ...], done: dict[str, Module]) -> Iterator[Module]:
    """The module `name` after those it imports, each once."""
    if name in above:
        raise BundleError(f"The modules import each other in a circle: {' -> '.join((*above, name))}.")
    if name in done:
        return
    one = _read(folder, name)
    for source, wanted in one.imports:
        yield from _ordered(folder, source, (*above, name), done)
        for missing in sorted(set(wanted) - set(done[source].exported)):
            raise BundleError(f"{name} imports {missing}, which {source} does not export.")
    done[name] = one
    yield one


def _read(folder: Path, name: str) -> Module:
    if not (folder / name).is_file():
        raise BundleError(f"There is no module {name}.")
    lines = (folder / name).read_text("utf-8").splitlines()
    imports = [line for line in lines if line.startswith("import ")]
    body = "\n".join(line for line in lines if not line.startswith("import "))
    if odd := UNKNOWN_EXPORT.search(body):
        raise BundleError(f"{name} has {odd.group()!r}: only export function, class, const and let can be joined.")
    found = DECLARED.findall(body)
    return Module(
        name,
        tuple(_imported(name, line) for line in imports),
        re.sub(r"^export ", "", body, flags=re.MULTILINE),
        tuple(word for _, word in found),
        tuple(word for exported, word in found if exported),
    )


def _imported(name: str, line: str) -> tuple[str, tuple[str, ...]]:
    """(file, names) of one import line."""
    form = IMPORT.fullmatch(line.strip())
    if form is None:
        raise BundleError(f"{name} has {line.strip()!r}: only import {{a, b}} from './file.js'; can be joined.")
    return form.group(2), tuple(word.strip() for word in form.group(1).split(","))


def _check_names(modules: tuple[Module, ...]) -> None:
    owner: dict[str, str] = {}
    for one in modules:
        for word in one.declared:
            if word in owner:
                raise BundleError(f"{word} is declared in {owner[word]} and in {one.name}: names must differ.")
            owner[word] = one.name
