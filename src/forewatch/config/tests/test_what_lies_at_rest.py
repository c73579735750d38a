"""No name is in a byte of the databases, the folder or the log, however it came in and whoever read it."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.api.tests.conftest import Program, program, rows_of
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.config.tests.world import SECRET, World
from forewatch.config.tests.written import kept, written
from forewatch.intake.concerns.models import Concern
from forewatch.intake.models import Upload
from forewatch.intake.rules import State
from forewatch.intake.safe import Safe
from forewatch.intake.tests.agency import csv_of, pupil
from forewatch.places.models import Area
from forewatch.register.models import Household, Person
from forewatch.register.tests.building import page
from forewatch.register.tests.world import TYPED

__all__ = ("program",)

HOMES, MEMBERS, BY_FILE, BY_PROGRAM, BY_CONCERN = 30, 4, 40, 20, 20
NAMES = [f"Canary{number:03}Madeup" for number in range(HOMES * MEMBERS + BY_FILE + BY_PROGRAM + BY_CONCERN)]
FAMILY = "ชื่อสมมุติ"
WHY = "Whylinda Madeup asks for them"
"""What is typed as the reason names somebody too."""


def forms_of(text: str) -> set[bytes]:
    """Return a text as it could stand somewhere: in some encoding, as hexadecimal digits, or in base64."""
    plain = {text.encode(code) for code in ("utf-8", "utf-16-le")}
    # Base64 has three forms of what stands inside of something longer; each has these letters in it.
    shifted = {base64.b64encode(b" " * by + text.encode())[by and 4 : -4] for by in range(3)}
    return plain | {one.hex().encode() for one in plain} | shifted


class Desks:
    """People at work who hand names in and read them, each in a browser of their own."""

    def __init__(self, cast: Cast, sign_in: Callable[[User], Client], program: Program) -> None:
        self._program = program
        agency = program.agency
        self._analyst, self._colleague = sign_in(agency.analyst), sign_in(agency.colleague)
        self._officer, self._volunteer = sign_in(cast[Role.DISTRICT_OFFICER]), sign_in(cast[Role.VOLUNTEER])
        # One person may not read all of them in a day.
        self._supervisor = sign_in(cast[Role.DISTRICT_SUPERVISOR])

    def type_homes(self, names: Sequence[str], village: Area) -> None:
        """Type households into the real page: kept as a draft, sent back once for a mistake, and saved."""
        for at in range(0, len(names), MEMBERS):
            sent = page(village, uuid.uuid4(), MEMBERS)
            for n, name in enumerate(names[at : at + MEMBERS]):
                sent |= {f"m{n}-given": name, f"m{n}-family": FAMILY}
            assert self._officer.post(reverse("draft_keep"), sent).status_code == 204
            wrong = self._officer.post(reverse("household_new"), sent | {"m0-birth": "no year"})
            assert (wrong.status_code, names[at] in wrong.content.decode()) == (422, True)
            assert self._officer.post(reverse("household_new"), sent).status_code == 302

    def bring_file(self, names: Sequence[str]) -> None:
        """Upload a file of pupils, look at its rows, and let it in."""
        rows = [pupil(at, ชื่อ=name, นามสกุล=FAMILY) for at, name in enumerate(names)]
        file = SimpleUploadedFile("pupils.csv", csv_of(rows))
        form = {"file": file, "source": self._program.agency.source.id, "observed_on": "2025-10-01"}
        self._let_in(self._analyst.post(reverse("intake_upload"), form, follow=True).context["upload"], names)

    def send(self, names: Sequence[str]) -> None:
        """Hand pupils in by the program of an agency, and let them in."""
        rows = [pupil(1_000 + at, ชื่อ=name, นามสกุล=FAMILY) for at, name in enumerate(names)]
        self._let_in(self._program.batch(self._program.send(rows_of(*rows))), names)

    def _let_in(self, upload: Upload, names: Sequence[str]) -> None:
        for deed, client in (("hand_over", self._analyst), ("approve", self._colleague)):
            assert client.post(reverse(f"intake_{deed}", args=[upload.pk])).status_code == 302
        assert Upload.objects.get(pk=upload.pk).state == State.IN

    def tell(self, names: Sequence[str], village: Area) -> None:
        """Hand concerns in as a volunteer does, and open them as a supervisor does."""
        for name in names:
            told = {"token": str(uuid.uuid4()), "area": village.pk, "seen": ["debt"], "words": ""}
            assert self._volunteer.post(reverse("concern_report"), told | {"who": name}).status_code == 200
        assert Concern.objects.count() == len(names)
        for one in Concern.objects.all():
            shown = self._supervisor.post(reverse("concern_open", args=[one.pk])).content.decode()
            assert any(name in shown for name in names)

    def read(self, homes: Sequence[Household], names: Sequence[str]) -> None:
        """Have the names of households shown."""
        seen = ""
        for home in homes:
            asked = {"reason": WHY, "purpose": "prevent"}
            seen += self._officer.post(reverse("household_names", args=[home.pk]), asked).content.decode()
        assert all(name in seen for name in names)


@pytest.mark.django_db(transaction=True)
def test_two_hundred_names_that_came_in_as_people_hand_them_in_lie_nowhere(
    cast: Cast,
    areas: dict[str, Area],
    sign_in: Callable[[User], Client],
    program: Program,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    assured: Assured,
) -> None:
    desks, left = Desks(cast, sign_in, program), iter(NAMES)
    typed, in_file, sent, told = (
        [next(left) for _ in range(many)] for many in (HOMES * MEMBERS, BY_FILE, BY_PROGRAM, BY_CONCERN)
    )
    desks.type_homes(typed, areas[VILLAGE])
    desks.read(Household.objects.all(), typed)
    desks.bring_file(in_file)
    desks.send(sent)
    desks.tell(told, areas[VILLAGE])
    held = b"".join(written(tmp_path)) + b"".join(kept()) + caplog.text.encode()
    codes = list(Person.objects.values_list("code", flat=True))
    assert len(codes) == len(NAMES) - BY_CONCERN
    assert all(code.encode() in held for code in codes), "this looked in the wrong places"
    seen = [name for name in (*NAMES, FAMILY, *WHY.split()[:1]) if any(one in held for one in forms_of(name))]
    assert seen == []
    assured("at rest", len(NAMES), len(seen))


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_name_is_found_in_whatever_form_it_lies(before: str) -> None:
    said = f"{before}{NAMES[7]} and more".encode()
    for held in (said, said.hex().encode(), base64.b64encode(said), said.decode().encode("utf-16-le")):
        assert any(one in held for one in forms_of(NAMES[7]))
        assert not any(one in held for one in forms_of(NAMES[8]))


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
    for part in (SECRET, *SECRET.split(), TYPED, *TYPED.split()):
        assert part.encode() not in held
        assert part.encode().hex().encode() not in held
    assured("at rest", 1)
