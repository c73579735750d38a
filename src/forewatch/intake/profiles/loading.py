"""Profiles that ship with the package, and the text of any profile to a `Profile`."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from forewatch.analysis.definition import Definition
from forewatch.analysis.loading import load_definition
from forewatch.analysis.problems import DefinitionError
from forewatch.intake.profiles.linting import examine
from forewatch.intake.profiles.structure import Profile

INDEX = "chiang-mai-28"


@lru_cache(maxsize=1)
def definition() -> Definition:
    """Return the index whose variables profiles fill."""
    return load_definition(INDEX)


def parse_profile(text: str, file: str) -> Profile:
    """Return the profile in a YAML text; `file` is the name that problems carry.

    Raises DefinitionError when the linter finds an error.
    """
    profile, problems = examine(text, file, definition())
    if profile is None:
        raise DefinitionError(problems)
    return profile


def shipped_profiles() -> list[str]:
    """Return the ids of the profiles that ship with the package."""
    folder = resources.files("forewatch.intake.profiles") / "shipped"
    return sorted(one.name.removesuffix(".yaml") for one in folder.iterdir() if one.name.endswith(".yaml"))


def shipped_text(code: str) -> str:
    """Return the text of a profile that ships with the package."""
    file = resources.files("forewatch.intake.profiles") / "shipped" / f"{code}.yaml"
    return file.read_text(encoding="utf-8")
