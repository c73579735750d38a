"""Compares every locked package with the public list of known weaknesses (OSV): `make weaknesses`, each week.

Prints a line for each weakness and ends with 1; with 0 when none is known, and with 2 when the list does not
answer. It sends the names and versions of public packages, and nothing of an installation.
"""

from __future__ import annotations

import json
import os
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path

LIST = os.environ.get("OSV_URL", "https://api.osv.dev")
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)


def locked(files: list[Path]) -> list[tuple[str, str]]:
    """Return every package of these lock files, with its version."""
    return sorted({found for one in files for found in LOCKED.findall(one.read_text())})


def known(packages: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return package, version and id of each known weakness. Raises OSError."""
    asked = [{"package": {"name": one, "ecosystem": "PyPI"}, "version": version} for one, version in packages]
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
        for (name, version), result in zip(packages, results, strict=True)
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
