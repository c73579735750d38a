"""Fonts inside the page, so that Thai reads well on a machine that has no Thai fonts."""

from __future__ import annotations

import base64
from importlib.resources import files

FOLDER = files("forewatch").joinpath("ui", "static", "ui", "fonts")
WEIGHTS = (400, 600)
FAMILIES = {"Noto Sans": "noto-sans-latin", "Noto Sans Thai Looped": "noto-sans-thai-looped-thai"}


def faces() -> str:
    """Return CSS that holds the fonts of the web application; nothing where they are not there."""
    return "\n".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
        f"src: url(data:font/woff2;base64,{base64.b64encode(file.read_bytes()).decode()}); }}"
        for family, stem in FAMILIES.items()
        for weight in WEIGHTS
        if (file := FOLDER.joinpath(f"{stem}-{weight}-normal.woff2")).is_file()
    )
