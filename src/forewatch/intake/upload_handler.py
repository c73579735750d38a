"""Uploads go straight to disk, and stop at a limit, so that nobody can fill the server."""

from __future__ import annotations

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

from forewatch.intake.readers.limits import MAX_BYTES as LIMIT


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Django's own handler for files on disk, with a limit."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):  # type: ignore[no-untyped-def]  # noqa: N803
        """Refuse what says itself that it is too large, before a byte is read."""
        if content_length > LIMIT:
            raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, unless that makes too much."""
        if start + len(raw_data) > LIMIT:
            raise StopUpload(connection_reset=True)
        super().receive_data_chunk(raw_data, start)
