"""Check the rules of this house that no other tool knows.

Tracked files name no package registry and no path of one machine, Python files stay short, the interface
calls nobody a name, and every link between documents leads somewhere. Prints `file:line: what is wrong`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

MAX_LINES = 600

# Written so that no pattern finds itself.
FORBIDDEN = {
    "names a package registry; anyone must be able to install from their own": re.compile(
        r"pypi\.org|pythonhosted\.org|registry\.(npmjs|yarnpkg)|anaconda\.org|deb\.debian\.org"
        r'|index[-_]url|^source = \{ registry|"resolved"\s*:',
        re.IGNORECASE,
    ),
    "names a path of one machine": re.compile(r"(?<![\w.])/(work|farm|home|root|Users)/\w"),
}
FORBIDDEN_IN_INTERFACE = {
    'labels people; say "outreach now / soon / routine"': re.compile(
        r"high[- ]risk (person|people|individual|women|child)|illegal (im)?migrant", re.IGNORECASE
    ),
}

FENCE = re.compile(r"^\s*(```|~~~)")
INLINE_CODE = re.compile(r"`[^`]*`")
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
EXTERNAL = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def tracked(root: Path) -> list[Path]:
    """List the files of a checkout, relative to its root: tracked ones, and new ones not ignored."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return sorted(Path(name) for name in set(listed.split("\0")) if name and (root / name).is_file())


def read(path: Path) -> str | None:
    """Return a file's text, or None when it is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def is_interface(path: Path) -> bool:
    """Tell whether a file's words can reach a reader's screen; tests may quote what they forbid."""
    return path.parts[0] == "src" and "tests" not in path.parts


def wording(path: Path, text: str) -> Iterator[str]:
    """Yield the lines that say what no file may say."""
    rules = FORBIDDEN | FORBIDDEN_IN_INTERFACE if is_interface(path) else FORBIDDEN
    for number, line in enumerate(text.splitlines(), 1):
        for reason, pattern in rules.items():
            found = pattern.search(line)
            if found:
                yield f"{path}:{number}: {found.group()!r} {reason}"


def length(path: Path, text: str) -> Iterator[str]:
    """Yield a Python file that has grown past one subject."""
    lines = len(text.splitlines())
    # Django writes migrations; nobody reads them from top to bottom.
    if path.suffix == ".py" and "migrations" not in path.parts and lines > MAX_LINES:
        yield f"{path}:{lines}: {lines} lines, at most {MAX_LINES}; split it by subject"


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines of a Markdown text without its code blocks."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            yield number, line


def anchors(text: str) -> set[str]:
    """Return the addresses of a Markdown text's headings, as GitHub makes them; repeats are numbered."""
    seen: Counter[str] = Counter()
    for _, line in prose(text):
        heading = HEADING.match(line)
        if heading:
            seen[re.sub(r"[^\w\- ]", "", heading.group(1).lower()).replace(" ", "-")] += 1
    return {f"{words}-{n}" if n else words for words, times in seen.items() for n in range(times)}


def links(root: Path, path: Path, text: str, known: set[Path]) -> Iterator[str]:
    """Yield the links of a Markdown text that lead to no file, or to no heading of it."""
    for number, line in prose(text):
        for target in LINK.findall(INLINE_CODE.sub("", line)):
            if EXTERNAL.match(target):
                continue
            name, _, anchor = target.partition("#")
            goal = (root / path.parent / name).resolve() if name else (root / path).resolve()
            if goal not in known:
                yield f"{path}:{number}: the link {target} leads nowhere"
            elif anchor and anchor not in anchors(goal.read_text(encoding="utf-8")):
                yield f"{path}:{number}: the link {target} leads to no heading of that page"


def problems(root: Path) -> list[str]:
    """Return everything wrong with the checkout at `root`, one sentence each, in the order of its files."""
    files = tracked(root)
    known = {(root / path).resolve() for path in files}
    known |= {folder for path in known for folder in path.parents if folder.is_relative_to(root)}
    found: list[str] = []
    for path in files:
        text = read(root / path)
        if text is None:
            continue
        found += [*wording(path, text), *length(path, text)]
        if path.suffix == ".md":
            found += links(root, path, text, known)
    return found


def main() -> int:
    """Print what is wrong; return 1 when anything is, else 0."""
    found = problems(Path(__file__).resolve().parent.parent)
    print("\n".join(found) if found else "The house is in order.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
