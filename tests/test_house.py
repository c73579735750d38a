"""The house tools find what they are for: each is shown a planted mistake."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
Checkout = Callable[[dict[str, str]], Path]


def load(name: str) -> ModuleType:
    """Import a tool by its path: tools are scripts, not a package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


house = load("house")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Return a function that makes a git checkout of the given files."""

    def make(files: dict[str, str]) -> Path:
        subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return make


# Every forbidden word is put together here, so that this file does not hold it.
@pytest.mark.parametrize(
    "line",
    [
        "--index" + "-url https://example.org/simple",
        "extra-index" + "-url = file:///srv/simple",
        "https://files.python" + "hosted.org/packages/x.whl",
        "see https://pypi" + ".org/project/x",
        "https://registry.npm" + "js.org/x",
        '"resolved"' + ': "https://example.org/x.tgz"',
        "source = " + '{ registry = "https://example.org" }',
    ],
)
def test_a_registry_in_a_tracked_file_is_found(checkout: Checkout, line: str) -> None:
    prefix = "" if line.startswith("source") else "  "
    found = house.problems(checkout({"notes.txt": f"first line\n{prefix}{line}\n"}))
    assert len(found) == 1
    assert found[0].startswith("notes.txt:2: ")
    assert "registry" in found[0]


@pytest.mark.parametrize(
    "folder", ["/work" + "/main", "/home" + "/somebody", "/root" + "/x", "/Users" + "/x"]
)
def test_a_path_of_one_machine_is_found(checkout: Checkout, folder: str) -> None:
    found = house.problems(checkout({"src/forewatch/x.py": f'PLACE = "{folder}"\n'}))
    assert len(found) == 1
    assert found[0].startswith("src/forewatch/x.py:1: ")
    assert "path of one machine" in found[0]


@pytest.mark.parametrize(
    "line",
    ["residence/home/away", "https://example.org/home" + "/page", "going to work/school", "a homepage"],
)
def test_ordinary_words_are_no_paths(checkout: Checkout, line: str) -> None:
    assert house.problems(checkout({"notes.txt": line})) == []


@pytest.mark.parametrize("words", ["High-risk" + " person", "illegal" + " migrants", "high risk" + " people"])
def test_the_interface_labels_nobody_and_tests_may_quote(checkout: Checkout, words: str) -> None:
    files = {f"src/forewatch/{name}": words for name in ("reports/page.html", "tests/test_page.py")}
    found = house.problems(checkout(files | {"README.md": words}))
    assert [one.split(":")[0] for one in found] == ["src/forewatch/reports/page.html"]


def test_a_python_file_over_600_lines_is_found(checkout: Checkout) -> None:
    files = {"long.py": "x = 1\n" * 601, "enough.py": "x = 1\n" * 600, "long.txt": "x\n" * 601}
    found = house.problems(checkout(files))
    assert len(found) == 1
    assert found[0].startswith("long.py:601: ")


def test_a_link_to_nothing_is_found(checkout: Checkout) -> None:
    page = "\n".join(
        [
            "[a page](docs/there.md) [a folder](docs) [a heading](docs/there.md#what-it-is) [here](#top)",
            "# Top",
            "[elsewhere](https://example.org/x.md) `[code](nowhere.md)`",
            "```",
            "[code](nowhere.md)",
            "```",
            "![picture](docs/picture.png)",
            "[no heading](docs/there.md#what-it-was)",
            "[outside](../outside.md)",
        ]
    )
    files = {"README.md": page, "docs/there.md": "# There\n\n## What it *is*\n"}
    found = house.problems(checkout(files))
    assert [one.split(": ")[0] for one in found] == ["README.md:7", "README.md:8", "README.md:9"]
    assert "leads nowhere" in found[0]
    assert "no heading" in found[1]


def test_repeated_headings_are_numbered() -> None:
    assert house.anchors("# One\n## Same\n## Same\n```\n# not one\n```\n") == {"one", "same", "same-1"}


def test_ignored_files_and_pictures_are_left_alone(checkout: Checkout) -> None:
    root = checkout({".gitignore": "var/\n", "var/notes.txt": "/home" + "/somebody"})
    (root / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    assert house.problems(root) == []


def run_parts(parts: list[str], path: Path, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    """Run tools/system-parts where only the programs in `path` exist."""
    bash = shutil.which("bash")
    assert bash
    command = [bash, str(ROOT / "tools/system-parts"), *parts]
    environment = {"PATH": str(path), "PYTHON": python}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def program(folder: Path, name: str, says: str = "", fails: bool = False) -> None:
    """Put a program into `folder` that prints a line and ends."""
    path = folder / name
    path.write_text(f"#!{shutil.which('bash')}\necho '{says}' >&2\nexit {int(fails)}\n", encoding="utf-8")
    path.chmod(0o755)


def test_a_missing_part_is_named_with_how_to_get_it(tmp_path: Path) -> None:
    done = run_parts(["chromium", "java"], tmp_path)
    assert done.returncode == 1
    assert "Missing: Chromium" in done.stderr
    assert "apt-get install chromium" in done.stderr
    assert "Missing: Java 17" in done.stderr
    assert "apt-get install openjdk-17-jre-headless" in done.stderr


@pytest.mark.parametrize(
    ("version", "enough"), [("1.8.0_392", False), ("11.0.2", False), ("17.0.15", True), ("21", True)]
)
def test_java_must_be_17_or_newer(tmp_path: Path, version: str, enough: bool) -> None:
    program(tmp_path, "java", f'openjdk version "{version}" 2026-01-20')
    assert (run_parts(["java"], tmp_path).returncode == 0) is enough


def test_a_part_that_is_there_costs_nothing(tmp_path: Path) -> None:
    program(tmp_path, "chromium")
    program(tmp_path, "apt-get", "apt was asked", fails=True)
    done = run_parts(["chromium", "venv"], tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may install with apt")
def test_a_failed_installation_is_a_failure(tmp_path: Path) -> None:
    program(tmp_path, "apt-get", "no network", fails=True)
    done = run_parts(["chromium"], tmp_path)
    assert done.returncode == 1
    assert "no network" in done.stderr
    assert "Missing: Chromium" in done.stderr


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may install with apt")
def test_root_installs_what_is_missing_without_asking(tmp_path: Path) -> None:
    log, chromium = tmp_path / "log", tmp_path / "chromium"
    program(tmp_path, "apt-get")
    (tmp_path / "apt-get").write_text(
        f"#!{shutil.which('bash')}\n"
        f'echo "$DEBIAN_FRONTEND $*" >>{log}\n'
        f'if [ "$1" = install ]; then echo "#!{shutil.which("bash")}" >{chromium}; '
        f"{shutil.which('chmod')} +x {chromium}; fi\n",
        encoding="utf-8",
    )
    assert run_parts(["chromium"], tmp_path).returncode == 0
    update, install = log.read_text(encoding="utf-8").splitlines()
    assert update.startswith("noninteractive update")
    assert install.startswith("noninteractive install -y")
    assert install.endswith(" chromium")


def test_an_old_python_is_named(tmp_path: Path) -> None:
    program(tmp_path, "python-old", fails=True)
    done = run_parts(["venv"], tmp_path, python="python-old")
    assert done.returncode == 1
    assert "Python 3.11 or newer" in done.stderr


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NEEDED = PROJECT["project"]["dependencies"]
FOR_DEVELOPERS = [*PROJECT["project"]["optional-dependencies"]["spark"], *PROJECT["dependency-groups"]["dev"]]


def locked(name: str) -> dict[str, int]:
    """Return the packages of a lock with how many hashes each has."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    return {re.split(r"[=\[ ]", one)[0]: one.count("--hash=sha256:") for one in entries if one.strip()}


def packages(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9._-]", one)[0].lower().replace("_", "-") for one in requirements}


def test_every_requirement_is_locked_with_hashes() -> None:
    assert packages(NEEDED) <= locked("base").keys()
    assert packages([*NEEDED, *FOR_DEVELOPERS]) <= locked("dev").keys()
    assert {"uv", "hatchling", "editables"} <= locked("build").keys()
    for name in ("base", "dev", "build"):
        assert all(hashes > 0 for hashes in locked(name).values()), name


def test_the_locks_agree_where_they_overlap() -> None:
    pins: dict[str, set[str]] = {}
    for name in ("base", "dev", "build"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        versions: dict[str, set[str]] = {}
        for package, version in re.findall(r"^([a-z0-9.-]+)==(\S+)", text, flags=re.MULTILINE):
            versions.setdefault(package, set()).add(version)
        for package, found in versions.items():
            assert pins.setdefault(package, found) == found, package


def test_every_dependency_says_what_it_is_for() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    for requirement in [*NEEDED, *FOR_DEVELOPERS]:
        assert any(re.search(rf'"{re.escape(requirement)}",\s+# \w', line) for line in lines), requirement


def make(*arguments: str) -> str:
    command = ["make", "--dry-run", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def test_make_demo_hands_its_arguments_to_the_command() -> None:
    assert "forewatch demo --people 100 --no-serve" in make("demo", "ARGS=--people 100 --no-serve")


def test_make_test_sees_to_the_system_parts_first() -> None:
    steps = make("test")
    assert steps.index("tools/system-parts chromium java") < steps.index("-m pytest")


def test_the_ci_script_checks_then_tests() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert [one for one in lines if one.startswith("make")] == [
        "make --no-print-directory check",
        'make --no-print-directory test ARGS="-n 2"',
    ]
    assert lines[-1].endswith('test ARGS="-n 2"')
