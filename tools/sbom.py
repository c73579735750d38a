"""Writes the bill of materials of a release, as CycloneDX JSON: `make sbom`, into dist/sbom.cdx.json.

It lists what the lock files name, with versions and hashes: the Python packages of an installation, and what
its pages are built from. It asks nobody; the same locks give the same bill, but for its number and its day.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parent.parent
PYTHON, FRONT_END = ROOT / "requirements/base.txt", ROOT / "frontend/package-lock.json"
_LOCKED = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)([^\\\n]*(?:\\\n[^\\\n]*)*)", re.MULTILINE
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def python_packages(lock: str) -> Iterator[Component]:
    """Yield the packages of a lock of uv; the hashes are those of each file that may be installed."""
    for name, version, rest in _LOCKED.findall(lock):
        yield Component(
            name=name,
            version=version,
            type=ComponentType.LIBRARY,
            purl=(purl := PackageURL("pypi", None, name, version)),
            bom_ref=str(purl),
            scope=ComponentScope.REQUIRED,
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one) for one in _HASH.findall(rest)],
        )


def npm_packages(lock: dict[str, Any]) -> Iterator[Component]:
    """Yield the packages of a lock of npm; those that only build the pages are excluded from what runs."""
    for place, one in lock["packages"].items():
        if not place:
            continue  # our own folder
        group, _, name = place.rpartition("node_modules/")[2].rpartition("/")
        kind, _, digest = one["integrity"].partition("-")
        yield Component(
            group=group or None,
            name=name,
            version=one["version"],
            type=ComponentType.LIBRARY,
            purl=(purl := PackageURL("npm", group or None, name, one["version"])),
            bom_ref=str(purl),
            scope=ComponentScope.EXCLUDED if one.get("dev") else ComponentScope.REQUIRED,
            hashes=[HashType(alg=HashAlgorithm(_name(kind)), content=base64.b64decode(digest).hex())],
            licenses=[DisjunctiveLicense(name=one["license"])] if "license" in one else [],
        )


def _name(kind: str) -> str:
    """Return what CycloneDX calls an algorithm that npm calls sha512."""
    return kind.upper().replace("SHA", "SHA-")


def bill() -> str:
    """Return the bill of materials of this checkout."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        bom_ref=project["name"],
        licenses=[DisjunctiveLicense(id=project["license"])],
    )
    parts = [
        *python_packages(PYTHON.read_text(encoding="utf-8")),
        *npm_packages(json.loads(FRONT_END.read_text(encoding="utf-8"))),
    ]
    bom = Bom(components=parts)
    bom.metadata.component = ours
    bom.register_dependency(ours, parts)
    return JsonV1Dot6(bom).output_as_string(indent=2)


def main(names: list[str]) -> None:
    """Write it to the file that is named."""
    file = Path(names[0])
    file.parent.mkdir(parents=True, exist_ok=True)
    made = bill()
    file.write_text(made + "\n", encoding="utf-8")
    print(f"{file}: {len(json.loads(made)['components'])} packages")


if __name__ == "__main__":
    main(sys.argv[1:])
