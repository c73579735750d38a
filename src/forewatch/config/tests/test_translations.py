"""Every sentence of every application has its Thai, and no catalogue keeps one that nobody says any more."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.core.management import call_command

PACKAGE = Path(__file__).parents[2]
APPLICATIONS = sorted(found.parent for found in PACKAGE.rglob("apps.py"))
LEFT_OUT = shutil.ignore_patterns("tests", "migrations", "static", "__pycache__", "*.mo")


def name(folder: Path) -> str:
    return ".".join(folder.relative_to(PACKAGE).parts)


def extracted(folder: Path, into: Path) -> Path:
    """Return a copy of a folder's Thai catalogue, brought up to date by Django from what the folder says."""
    shutil.copytree(folder, into, ignore=LEFT_OUT, dirs_exist_ok=True)
    for inner in APPLICATIONS:
        if folder in inner.parents:
            shutil.rmtree(into / inner.relative_to(folder))
    (into / "locale").mkdir(exist_ok=True)
    call_command("makemessages", locale=["th"], no_wrap=True, verbosity=0)
    return into / "locale/th/LC_MESSAGES/django.po"


@pytest.mark.parametrize("folder", APPLICATIONS, ids=name)
def test_everything_is_said_in_thai(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = extracted(folder, tmp_path)
    if not file.exists():
        return  # an application without words

    with file.open("rb") as opened:
        catalogue = read_po(opened)

    missing = [one.id for one in catalogue if one.id and (one.fuzzy or not said(one.string))]
    assert not missing, f"{name(folder)} has no Thai for:\n" + "\n".join(map(repr, missing))
    assert not catalogue.obsolete, f"{name(folder)} says no more:\n" + "\n".join(
        map(repr, catalogue.obsolete)
    )


def said(words: str | tuple[str, ...]) -> bool:
    return all(words) if isinstance(words, tuple) else bool(words)


def test_a_sentence_without_thai_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "said"
    (folder / "templates").mkdir(parents=True)
    (folder / "templates/page.html").write_text('{% trans "Only in English" %}', encoding="utf-8")
    into = tmp_path / "copy"
    into.mkdir()
    monkeypatch.chdir(into)

    found = extracted(folder, into).read_text(encoding="utf-8")

    assert 'msgid "Only in English"\nmsgstr ""' in found
