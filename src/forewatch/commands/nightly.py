"""The run of every night: once a day from an hour on, however late the machine was switched on."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as hour


@dataclass
class Nightly:
    """Starts a program once a day; a laptop that slept at the hour runs it when it wakes."""

    at: hour | None
    command: Sequence[str]
    last: date | None = None
    process: subprocess.Popen[bytes] | None = None

    def look(self, now: datetime) -> None:
        """Start the program if its hour has passed today and it was not started since."""
        if self.at is None or now.time() < self.at or self.last == now.date():
            return
        if self.process is None or self.process.poll() is not None:
            self.last = now.date()
            self.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603

    def end(self) -> None:
        """Stop the program if it runs; what it had not finished was never visible."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
