"""The bill of materials names every locked package with version and hashes, in a form that others read."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("bill") / "dist/sbom.cdx.json"
    subprocess.run([sys.executable, ROOT / "tools/sbom.py", file], check=True, capture_output=True)
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def packages(written: str) -> dict[str, dict[str, Any]]:
    return {one["purl"]: one for one in json.loads(written)["components"]}


def locked_python() -> dict[str, set[str]]:
    """Return the hashes of each package, read line by line."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / "requirements/base.txt").read_text().splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            name, _, rest = line.partition("==")
            hashes = found.setdefault(f"pkg:pypi/{name.partition('[')[0]}@{rest.split()[0]}", set())
        elif "--hash=sha256:" in line:
            hashes.add(line.split("--hash=sha256:")[1].split()[0])
    return found


def test_it_is_cyclonedx_to_the_letter(written: str) -> None:
    schema = JsonStrictValidator(SchemaVersion.V1_6)
    assert schema.validate_str(written) is None
    assert schema.validate_str(written.replace('"purl"', '"url"')) is not None


def test_every_package_of_python_is_there_with_its_hashes(packages: dict[str, dict[str, Any]]) -> None:
    locked = locked_python()
    listed = {purl: one for purl, one in packages.items() if purl.startswith("pkg:pypi/")}
    assert listed.keys() == locked.keys()
    for purl, one in listed.items():
        assert f"@{one['version']}" in purl
        assert one["hashes"], purl
        assert {(hash_["alg"], hash_["content"]) for hash_ in one["hashes"]} == {
            ("SHA-256", content) for content in locked[purl]
        }


def test_every_package_of_npm_is_there_with_its_hash(packages: dict[str, dict[str, Any]]) -> None:
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text())["packages"]
    locked = {
        f"pkg:npm/{place.removeprefix('node_modules/').replace('@', '%40')}@{one['version']}": one
        for place, one in lock.items()
        if place
    }
    listed = {purl: one for purl, one in packages.items() if purl.startswith("pkg:npm/")}
    assert listed.keys() == locked.keys()
    for purl, one in listed.items():
        [said] = one["hashes"]
        content = base64.b64encode(bytes.fromhex(said["content"])).decode()
        assert f"{said['alg'].replace('-', '').lower()}-{content}" == locked[purl]["integrity"]
        assert (one["scope"] == "excluded") is locked[purl].get("dev", False)


def test_it_says_of_what_it_is_the_bill_and_names_no_registry(written: str) -> None:
    said = json.loads(written)
    assert said["metadata"]["component"]["name"] == "forewatch"
    [ours] = [one for one in said["dependencies"] if one["ref"] == "forewatch"]
    assert len(ours["dependsOn"]) == len(said["components"])
    assert "://" not in written.replace(said["$schema"], "")
