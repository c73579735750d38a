"""Burmese written in Zawgyi, which takes Unicode's code points for other letters, to Unicode.

Google's model says how likely a text is Zawgyi; ICU converts it. Both are asked only about Burmese letters.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import re
import sys
import warnings
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

CERTAIN = 0.95
"""From here on the model's makers convert without asking anybody."""
_BURMESE = re.compile("[\u1000-\u109f]")


def to_unicode(text: str) -> str:
    """Return `text` in Unicode; what is not surely Zawgyi stays as it is."""
    return _decided(text) if _BURMESE.search(text) else text


@lru_cache(maxsize=20_000)
def _decided(text: str) -> str:
    return _convert(text) if _detector().get_zawgyi_probability(text) >= CERTAIN else text


@lru_cache(maxsize=1)
def _detector() -> Any:
    from myanmartools import ZawgyiDetector

    with warnings.catch_warnings():
        # Its maker opens the model in a way that Python has since renamed.
        warnings.simplefilter("ignore", DeprecationWarning)
        return ZawgyiDetector()


@lru_cache(maxsize=1)
def _icu() -> tuple[Any, str]:
    """Return ICU's library and the suffix of its functions.

    It comes with the icu4py wheel, whose own module has no transliterators; its C interface is stable.
    """
    files = [Path(str(one.locate())) for one in metadata.files("icu4py") or ()]
    # Each rests on the one before it.
    names = ("libicudata", "libicuuc", "libicui18n")
    found = [one for name in names for one in files if one.name.startswith(name)]
    libraries = [ctypes.CDLL(str(one), mode=ctypes.RTLD_GLOBAL) for one in found]
    version = re.search(r"\.so\.(\d+)", found[-1].name) if found else None
    if not version:
        raise RuntimeError("ICU is not there: Burmese in Zawgyi cannot be read. Install the icu4py wheel.")
    return libraries[-1], f"_{version[1]}"


@lru_cache(maxsize=1)
def _transliterator() -> int:
    library, suffix = _icu()
    opened = getattr(library, f"utrans_openU{suffix}")
    opened.restype = ctypes.c_void_p
    name, status = _units("Zawgyi-my"), ctypes.c_int(0)
    found = opened(name, ctypes.c_int32(len(name) - 1), 0, None, 0, None, ctypes.byref(status))
    if status.value > 0 or not found:
        raise RuntimeError(f"ICU lacks its Zawgyi rules (error {status.value}).")
    return int(found)


def _convert(text: str) -> str:
    library, suffix = _icu()
    capacity = 4 * len(text) + 16
    buffer = (ctypes.c_uint16 * capacity)(*_units(text))
    units = len(_units(text)) - 1
    length, limit, status = ctypes.c_int32(units), ctypes.c_int32(units), ctypes.c_int(0)
    convert = getattr(library, f"utrans_transUChars{suffix}")
    convert(
        ctypes.c_void_p(_transliterator()),
        buffer,
        ctypes.byref(length),
        ctypes.c_int32(capacity),
        ctypes.c_int32(0),
        ctypes.byref(limit),
        ctypes.byref(status),
    )
    if status.value > 0:
        raise RuntimeError(f"ICU could not convert a Burmese text (error {status.value}).")
    return bytes(buffer)[: 2 * length.value].decode("utf-16-le" if _LITTLE else "utf-16-be")


_LITTLE = sys.byteorder == "little"


def _units(text: str) -> Any:
    """Return a text as ICU's 16-bit units, with a zero behind."""
    raw = text.encode("utf-16-le" if _LITTLE else "utf-16-be") + b"\0\0"
    return (ctypes.c_uint16 * (len(raw) // 2)).from_buffer_copy(raw)
