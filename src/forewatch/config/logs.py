"""Lines of the log as JSON, one event a line, so that any collector of logs reads and joins them."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest


class JsonLines(logging.Formatter):
    """Writes when, how grave, which part, what, and of a request who asked for what from where."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        said |= {
            name: getattr(record, name) for name in ("event", "account", "method") if hasattr(record, name)
        }
        if status := getattr(record, "status_code", None):
            said["status"] = status
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            said = {"at": said["at"], **_asked(request)} | said
        if record.exc_info:
            said["cause"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def _asked(request: HttpRequest) -> dict[str, Any]:
    # Only now: the log is set up before any application is loaded.
    from forewatch.access.requests import address_of

    user = getattr(request, "user", None)
    return {
        "verb": request.method,
        "path": request.path,
        "from": address_of(request),
        "account": str(user.pk) if user is not None and user.pk else None,
    }
