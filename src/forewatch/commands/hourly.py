"""What is run every hour that the server is up, beginning with its start."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


@dataclass
class Hourly:
    """Starts a program an hour after it was last started; one that still runs is not overtaken."""

    command: Sequence[str]
    last: datetime | None = None
    process: subprocess.Popen[bytes] | None = None

    def look(self, now: datetime) -> None:
        """Start the program if it is time; a clock that was set back counts as a new hour."""
        if self.last is not None and timedelta() <= now - self.last < HOUR:
            return
        if self.process is None or self.process.poll() is not None:
            self.last = now
            self.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603

    def end(self) -> None:
        """Stop the program if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
