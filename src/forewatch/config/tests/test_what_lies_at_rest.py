"""One name in every kind of row that may hold one is in no byte of the databases, the folder or the log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.world import SECRET, World
from forewatch.intake.safe import Safe
from forewatch.register.tests.test_canaries import bytes_of, written


def kept() -> Iterator[bytes]:
    """Yield every file of the folder of data: what was uploaded, what waits, heads of the trail."""
    yield from (bytes_of(one) for one in Path(settings.DATA_DIR).rglob("*") if one.is_file())


@pytest.mark.django_db(transaction=True)
def test_a_name_that_was_typed_everywhere_lies_nowhere(
    world: World, caplog: pytest.LogCaptureFixture, tmp_path: Path, assured: Assured
) -> None:
    held = b"".join(written(tmp_path)) + b"".join(kept()) + caplog.text.encode()
    # It looked where rows and files are.
    for kind in ("household_id", "person_id", "contest_id", "concern_id", "draft_id", "exit_id"):
        row = world.ids[kind]
        assert any(one in held for one in (row.bytes, row.hex.encode(), str(row).encode())), kind
    assert list(Safe(world.ids["upload_id"]).folder.iterdir())
    for part in (SECRET, *SECRET.split()):
        assert part.encode() not in held
        assert part.encode().hex().encode() not in held
    assured("at rest", 1)
