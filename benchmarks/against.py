"""What pages take now and took in an earlier commit: the same people, asked by each code in turns.

    python -m benchmarks.against 396dd19 --people 40000 --folder /somewhere

396dd19 is the last commit before the access protocol. Its code is checked out into the folder.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
TURNS = 3


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="benchmarks.against")
    parser.add_argument("commit")
    parser.add_argument("--people", type=int, default=40_000)
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    codes = {"before": _checked_out(asked.commit, asked.folder), "now": HERE}
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in codes}
    for turn in range(TURNS):
        for name in list(codes)[:: 1 if turn % 2 else -1]:
            runs[name].append(_run(codes[name], asked.folder / name, asked.people))
    print("| | before | now | more | |\n|---|--:|--:|--:|--:|")
    for page in runs["now"][0]:
        before, now = (min(run[page] for run in runs[name]) for name in codes)
        more = now - before
        print(f"| {page} | {before:.1f} ms | {now:.1f} ms | {more:.1f} ms | {100 * more / before:+.0f} % |")


def _checked_out(commit: str, folder: Path) -> Path:
    code = (folder / f"code-{commit}").resolve()
    if not code.exists():
        subprocess.run(["git", "clone", "--quiet", "--shared", "--no-checkout", HERE, code], check=True)
        subprocess.run(["git", "-C", code, "checkout", "--quiet", "--detach", commit], check=True)
        for name in _made():
            (code / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(HERE / name, code / name)
    return code


def _made() -> list[str]:
    """Return what `make` put beside our code, fonts and translations, which a checkout lacks."""
    command = ["git", "-C", HERE, "ls-files", "--others", "--ignored", "--exclude-standard", "--", "src"]
    found = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    return [name for name in found if not name.endswith(".pyc")]


def _run(code: Path, folder: Path, people: int) -> dict[str, float]:
    """Return the medians of one run, in milliseconds."""
    command = [sys.executable, str(HERE / "benchmarks" / "pages.py"), "--people", str(people)]
    found = subprocess.run(
        [*command, "--folder", str(folder.resolve())],
        cwd=code,
        env=os.environ | {"PYTHONPATH": f"{code / 'src'}{os.pathsep}{code}"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    medians: dict[str, float] = json.loads(found.stdout.splitlines()[-1])
    return medians


if __name__ == "__main__":
    main()
