"""The analytical core: plain tables in, plain tables out. It knows nothing of any web application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forewatch.analysis.loading import load_definition
    from forewatch.analysis.problems import DefinitionError
    from forewatch.analysis.reading import InputError
    from forewatch.analysis.scoring import score

__all__ = ["DefinitionError", "InputError", "load_definition", "score"]

_HOMES = {
    "DefinitionError": "problems",
    "InputError": "reading",
    "load_definition": "loading",
    "score": "scoring",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for only then, so that no part of the core waits for the others."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
