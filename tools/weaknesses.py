"""Compares every locked package with the public list of known weaknesses (OSV): `make weaknesses`, each week.

Prints a line for each weakness, however grave and however new, and ends with 1; with 0 when none is known,
and with 2 when the list does not answer. Locks are those of pip and of npm. It sends names and versions of
public packages, and nothing of an installation.
"""

from __future__ import annotations

import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

LIST = os.environ.get("OSV_URL", "https://api.osv.dev")
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)


Package = tuple[str, str, str]
"""Where it comes from, as the list calls that; its name and its version."""


def locked(files: list[Path]) -> list[Package]:
    """Return every package of these lock files."""
    return sorted({found for one in files for found in _of(one)})


def _of(file: Path) -> Iterator[Package]:
    if file.suffix != ".json":
        yield from (("PyPI", name, version) for name, version in LOCKED.findall(file.read_text()))
        return
    for place, one in json.loads(file.read_text())["packages"].items():
        if place:  # without one it is our own folder
            yield "npm", place.rpartition("node_modules/")[2], one["version"]


def known(packages: list[Package]) -> list[tuple[str, str, str]]:
    """Return package, version and id of each known weakness. Raises OSError."""
    asked = [
        {"package": {"name": name, "ecosystem": of}, "version": version} for of, name, version in packages
    ]
    request = urllib.request.Request(  # noqa: S310  the address is ours
        f"{LIST}/v1/querybatch",
        data=json.dumps({"queries": asked}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        results = json.load(answer)["results"]
    if len(results) != len(packages):
        raise OSError(f"{len(packages)} packages were asked for, and {len(results)} answered")
    return [
        (name, version, weakness["id"])
        for (_of, name, version), result in zip(packages, results, strict=True)
        for weakness in result.get("vulns", ())
    ]


def main(names: list[str]) -> int:
    """Look, say what was found, and return the status."""
    packages = locked([Path(one) for one in names])
    try:
        found = known(packages)
    except (OSError, ValueError, KeyError) as problem:
        print(f"The list of known weaknesses at {LIST} does not answer: {problem}.", file=sys.stderr)
        return 2
    for name, version, weakness in found:
        print(f"{name} {version}: {weakness} (how soon it is replaced: docs/security.md)")
    print(f"{len(packages)} packages looked at, {len(found)} weaknesses known.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
