"""`forewatch index`: check a definition, print it, write its manual."""

from __future__ import annotations

from pathlib import Path

from forewatch.analysis.examples import load_examples
from forewatch.analysis.linting import lint
from forewatch.analysis.loading import load_definition, read_file
from forewatch.analysis.manual import write_manual
from forewatch.analysis.showing import show


def lint_file(where: str) -> tuple[str, bool]:
    """Return what the linter says of a definition, and whether it can be used."""
    text, file = read_file(where)
    problems = lint(text, file)
    errors = sum(one.severity == "error" for one in problems)
    lines = [f"{one.severity}: {one}" for one in problems]
    lines.append(f"{file}: {errors} errors, {len(problems) - errors} warnings.")
    return "\n".join(lines), errors == 0


def show_index(where: str) -> str:
    """Return a definition in readable form."""
    return show(load_definition(where))


def write_index_manual(where: str, folder: Path) -> str:
    """Write the manual of a definition and return the closing words."""
    pages = write_manual(load_definition(where), load_examples(where), folder)
    return f"{len(pages)} pages written to {folder}"
