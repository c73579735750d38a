"""A file as an answer to HTTP: all of it, the part asked for, or word that it is the same as before."""

from __future__ import annotations

import os
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response

from forewatch.places.ranges import Blocks, OutsideTheFile, Part, part_asked


def answer_with(request: HttpRequest, file: Path, content_type: str) -> HttpResponseBase:
    """Return the answer to a GET or HEAD of a file that is replaced now and then.

    Raises FileNotFoundError.
    """
    stream = file.open("rb")
    about = os.fstat(stream.fileno())
    # Of the file that was opened: it may be replaced at any moment, and parts of two must not be mixed.
    etag = f'"{about.st_mtime_ns:x}-{about.st_size:x}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag)
    if response is None:
        try:
            asked = _part(request, etag, about.st_size)
        except OutsideTheFile:
            response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{about.st_size}"})
        else:
            part = asked or Part(0, about.st_size)
            if request.method == "HEAD":
                response = HttpResponse(content_type=content_type)
            else:
                response = StreamingHttpResponse(Blocks(stream, part), content_type=content_type)
            response.headers["Content-Length"] = str(len(part))
            if asked:
                response.status_code = 206
                response.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{about.st_size}"
    if not response.streaming:
        stream.close()
    # Kept by the reader's own browser alone, and asked about each time: who may read it can change.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = etag
    return response


def _part(request: HttpRequest, etag: str, size: int) -> Part | None:
    """Return the part asked for, unless it was asked of an earlier file."""
    if request.headers.get("If-Range", etag) != etag:
        return None
    return part_asked(request.headers.get("Range", ""), size)
