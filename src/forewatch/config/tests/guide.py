"""The guide under docs/guide, held to the pages it tells of, and the pictures in it, taken from them.

Each walk goes the way that its guide tells. What stands in **bold** in a guide is what a page says on that
way, word for word. A picture is taken anew only when asked (`FOREWATCH_GUIDE=1`); in every run the words of
the page that it shows are compared with those noted then, so that a picture that no longer holds fails.
"""

from __future__ import annotations

import json
import os
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.pofile import read_po
from playwright.sync_api import Page

PACKAGE = Path(__file__).parents[2]
FOLDER = Path(__file__).parents[4] / "docs" / "guide"
PICTURES = FOLDER / "pictures"
NOTED = PICTURES / "words.json"
SIZE = {"width": 1000, "height": 700}
ASKED = os.environ.get("FOREWATCH_GUIDE") == "1"
BOLD = re.compile(r"\*\*([^*]+)\*\*")
PICTURE = re.compile(r"!\[[^\]]+\]\((?:\.\./)?pictures/([a-z-]+)\.png\)")
ANCHORS = """() => [...document.querySelectorAll(
    'h1, h2, .lead, button, a.button, label, legend, dt, th[scope=col]'
)].filter(one => one.closest('main') && one.checkVisibility())
.map(one => one.innerText.replace(/\\s+/g, ' ').trim())"""
"""The words of a page that are the program's own; codes, days and figures are another matter each time."""


def noted() -> Mapping[str, list[str]]:
    """Return the words of each picture's page when it was taken."""
    found: Mapping[str, list[str]] = json.loads(NOTED.read_text(encoding="utf-8")) if NOTED.exists() else {}
    return found


def thai() -> Mapping[str, set[str]]:
    """Return the Thai of every sentence that pages say; one word may have several, by its place."""
    found: dict[str, set[str]] = {}
    for file in PACKAGE.rglob("django.po"):
        with file.open("rb") as opened:
            for one in read_po(opened):
                if isinstance(one.id, str) and isinstance(one.string, str):
                    found.setdefault(one.id, set()).add(one.string)
    return found


def size_of(file: Path) -> tuple[int, int]:
    """Return width and height of a PNG file."""
    width, height = struct.unpack(">II", file.read_bytes()[16:24])
    return width, height


def words_of(page: Page) -> list[str]:
    """Return the program's own words on a page, in their order, each once."""
    return list(dict.fromkeys(one for one in page.evaluate(ANCHORS) if one and not re.search(r"\d", one)))


@dataclass
class Walk:
    """One guide, and the pages that its walk has seen."""

    name: str
    seen: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The guide itself."""
        return (FOLDER / f"{self.name}.md").read_text(encoding="utf-8")

    def look(self, page: Page) -> None:
        """See a page on the way."""
        self.seen.append(" ".join(page.inner_text("body").split()))

    def picture(self, page: Page, name: str, top: str = "h1") -> None:
        """See a page of which the guide has a picture, from the element `top` down.

        It says what it said when the picture was taken, or the picture is taken anew when asked.
        """
        self.look(page)
        self.taken.append(name)
        words = words_of(page)
        if ASKED:
            page.locator(top).first.evaluate("one => scrollBy(0, one.getBoundingClientRect().top - 16)")
            page.screenshot(path=PICTURES / f"{name}.png")
            kept = json.dumps(dict(sorted({**noted(), name: words}.items())), ensure_ascii=False, indent=1)
            NOTED.write_text(f"{kept}\n", encoding="utf-8")
        before = noted().get(name, [])
        new, gone = sorted({*words} - {*before}), sorted({*before} - {*words})
        assert words == before, (
            f"docs/guide/pictures/{name}.png shows another page than there is now; new: {new}, gone: {gone}. "
            f"Take it anew with FOREWATCH_GUIDE=1 make test ARGS='-k test_guide', and read {self.name}.md."
        )

    def arrived(self) -> None:
        """Check that the guide shows the pictures of the walk in order, and names what its pages say."""
        assert PICTURE.findall(self.text) == self.taken
        missing = [one for one in BOLD.findall(self.text) if not any(one in page for page in self.seen)]
        assert not missing, f"{self.name}.md tells of what no page on its way says: {missing}"


def guides() -> Iterator[Path]:
    """Yield the pages of the guide."""
    yield from sorted(FOLDER.glob("*.md"))
