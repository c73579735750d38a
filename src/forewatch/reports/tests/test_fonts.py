"""The web application's fonts lie inside the page where there are any; without them the reader's serve."""

from __future__ import annotations

import re
from base64 import b64decode

from forewatch.reports import fonts


def test_each_font_lies_inside_the_style(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    for weight in (400, 600):
        (tmp_path / f"noto-sans-latin-{weight}-normal.woff2").write_bytes(f"latin {weight}".encode())
    (tmp_path / "noto-sans-thai-looped-thai-400-normal.woff2").write_bytes(b"thai 400")
    found = re.findall(
        r'@font-face { font-family: "([^"]+)"; font-weight: (\d+); '
        r"src: url\(data:font/woff2;base64,([^)]+)\); }",
        fonts.faces(),
    )
    assert [(family, int(weight), b64decode(data)) for family, weight, data in found] == [
        ("Noto Sans", 400, b"latin 400"),
        ("Noto Sans", 600, b"latin 600"),
        ("Noto Sans Thai Looped", 400, b"thai 400"),
    ]


def test_without_fonts_the_style_names_none(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    assert fonts.faces() == ""
