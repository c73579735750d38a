"""A definition file, or the id of an index that ships with the package, to a `Definition`."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from forewatch.analysis.definition import Definition
from forewatch.analysis.linting import examine
from forewatch.analysis.problems import DefinitionError, Problem
from forewatch.analysis.yamltree import MAX_BYTES


def load_definition(where: str | Path) -> Definition:
    """Return the definition in a file, or the shipped one with this id.

    Raises `DefinitionError` when the linter finds an error, or there is no such file or index.
    """
    text, file = read_file(where)
    return parse_definition(text, file)


def parse_definition(text: str, file: str) -> Definition:
    """Return the definition in a YAML text; `file` is the name that problems carry.

    Raises `DefinitionError` when the linter finds an error.
    """
    definition, problems = examine(text, file)
    if definition is None:
        raise DefinitionError(problems)
    return definition


def shipped_indexes() -> list[str]:
    """Return the ids of the indexes that ship with the package."""
    folder = resources.files("forewatch.analysis") / "indexes"
    names = [one.name for one in folder.iterdir()]
    return sorted(one.removesuffix(".yaml") for one in names if one.endswith(".yaml") and one.count(".") == 1)


def read_file(where: str | Path) -> tuple[str, str]:
    """Return the text of a definition file or shipped index, and the name to show for it.

    Raises `DefinitionError` when it cannot be read as UTF-8 text.
    """
    if str(where) in shipped_indexes():
        shipped = resources.files("forewatch.analysis") / "indexes" / f"{where}.yaml"
        return read_text_file(shipped, shipped.name), shipped.name
    return read_text_file(Path(where), str(where)), str(where)


def read_text_file(path: Path | Traversable, name: str) -> str:
    """Return the text of a file, which problems call `name`.

    Raises `DefinitionError` when it cannot be read as UTF-8 text.
    """
    try:
        with path.open("rb") as file:
            # One byte more than allowed is enough to know; the rest of a huge file stays unread.
            return file.read(MAX_BYTES + 1).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"byte {error.start:,} is not UTF-8; save the file as UTF-8"
        code = "not-utf-8"
    except (OSError, ValueError):
        listed = ", ".join(shipped_indexes())
        reason = f"no such file can be read, and no shipped index has this name (shipped: {listed})"
        code = "no-file"
    raise DefinitionError([Problem("error", name, 1, 1, "file", reason, code)])
