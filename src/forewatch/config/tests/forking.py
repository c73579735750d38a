"""A program with Forewatch warm in it, which forks a child for each deed: a test kills one after the other.

`python -m forewatch.config.tests.forking PREPARE` makes the tables, calls the function of that name, and
says "ready". Then each line of its input names a function, with words for it. The child says "begun" and
its process, and whatever the function prints; when it is gone, the program says "over" and how it ended.

To start Python, Django and an installation takes seconds, to fork milliseconds. A child opens connections of
its own, so that it dies as a web worker does: alone, and at once.
"""

from __future__ import annotations

import os
import sys
import traceback

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils.module_loading import import_string


def main(prepare: str) -> None:
    """Prepare, and do what each line says."""
    django.setup()
    # Pages are answered here without a build of what they look like.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }
    for alias in connections:
        call_command("migrate", verbosity=0, database=alias)
    import_string(prepare)()
    # No child may share a connection with another.
    connections.close_all()
    say("ready")
    for line in sys.stdin:
        deed, *words = line.split()
        child = os.fork()
        if child == 0:
            os._exit(_do(deed, words))
        say("over", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _do(deed: str, words: list[str]) -> int:
    say("begun", os.getpid())
    try:
        import_string(deed)(*words)
    except Exception:  # a child says what went wrong, and never goes on as if it were its parent
        traceback.print_exc()
        return 1
    return 0


def say(*words: object) -> None:
    """Say a line at once: whoever is killed has said all of it, or nothing."""
    os.write(sys.stdout.fileno(), f"{' '.join(map(str, words))}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1])
