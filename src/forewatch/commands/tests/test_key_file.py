"""Keys lie in a file that a passphrase opens, or two custodians of three; they are in memory alone."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import combinations, permutations
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from forewatch.cli import main
from forewatch.commands import key_file, keys, rotating
from forewatch.commands.key_file import DoesNotOpen
from forewatch.config.environment import SettingMissing, read

ONE, TWO, THREE = (
    "five made-up words in a row",
    "five other made-up words here",
    "a third of five made-up words",
)
SECRETS = keys.new_keys()
HELD = {name: SECRETS[name] for name in key_file.SECRETS if name in SECRETS}


def says(*words: str) -> Callable[[str], str]:
    """Return somebody who types these words, one after the other."""
    left: Iterator[str] = iter(words)
    return lambda _prompt: next(left)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passphrases be tried at once, where many are."""
    monkeypatch.setattr(key_file, "_WORK", 16)


def test_one_passphrase_opens_it_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    key_file.write(file, SECRETS, [ONE])
    assert key_file.opened(file, [ONE]) == HELD
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for wrong in ([TWO], [ONE + " "], [""], [ONE, TWO]):
        with pytest.raises(DoesNotOpen) as told:
            key_file.opened(file, wrong)
        assert str(told.value) == f"{file} does not open with this. Nothing was changed; try again."
    for secret in SECRETS.values():
        assert secret not in file.read_text()


def test_a_guess_at_a_passphrase_costs_128_megabytes(tmp_path: Path) -> None:
    """OWASP: scrypt with N 2^17 and r 8 at least; NIST SP 800-132: a salt of 16 bytes, of each file."""
    salts = set()
    for name in ("one", "other"):
        file = tmp_path / name
        key_file.write(file, SECRETS, [ONE])
        written = json.loads(file.read_text())
        salt, box = (base64.b64decode(one) for one in (written["salt"], written["boxes"][0]))
        assert len(salt) >= 16
        salts.add(salt)
        key = hashlib.scrypt(ONE.encode(), salt=salt, n=2**17, r=8, p=1, maxmem=2**28, dklen=32)
        assert json.loads(AESGCM(key).decrypt(box[:12], box[12:], b"key file")) == HELD
    assert len(salts) == 2


def test_any_two_of_three_custodians_open_it_in_any_order_and_none_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    key_file.write(file, SECRETS, [ONE, TWO, THREE])
    assert key_file.needed(file) == 2
    for pair in combinations((ONE, TWO, THREE), 2):
        for order in permutations(pair):
            assert key_file.opened(file, order) == HELD
    for alone in ((ONE,), (ONE, ONE), (THREE, "somebody else's words")):
        with pytest.raises(DoesNotOpen):
            key_file.opened(file, alone)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": 2, "need": 1, "boxes": ["x"]}', "\x00"])
def test_what_is_no_file_of_keys_is_said_so(tmp_path: Path, content: str) -> None:
    file = tmp_path / "keys"
    file.write_text(content)
    with pytest.raises(DoesNotOpen, match="no file of keys"):
        key_file.opened(file, [ONE])
    with pytest.raises(DoesNotOpen, match="no file of keys"):
        key_file.opened(tmp_path / "none", [ONE])


def test_a_new_file_asks_twice_and_its_lines_make_an_installation(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    lines = keys.into(file, custodians=False, ask=says(ONE, ONE)).splitlines()
    said = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    assert not set(key_file.SECRETS) & set(said)
    said |= {"FOREWATCH_NODE": "n", "FOREWATCH_DATA_DIR": str(tmp_path), "ALLOWED_HOSTS": "localhost"}
    key_file.bring(said, says(ONE))
    assert len(read(said).seal_key) == 32
    assert read(said).inbox.startswith("age1")
    assert read(said).inbox_key.startswith("AGE-SECRET-KEY-1")
    with pytest.raises(ValueError, match="there already"):
        keys.into(file, custodians=False, ask=says(TWO, TWO))


@pytest.mark.usefixtures("quick")
def test_keys_that_stood_in_clear_are_kept_and_put_behind_a_passphrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """New ones would open nothing of what is there."""
    file, named = tmp_path / "keys", {"FOREWATCH_NODE": "n", "FOREWATCH_DATA_DIR": "d", "ALLOWED_HOSTS": "h"}
    for name, value in (SECRETS | named).items():
        monkeypatch.setenv(name, value)
    lines = keys.into(file, custodians=False, keep=True, ask=says(ONE, ONE))
    assert key_file.opened(file, [ONE]) == HELD
    assert not [one for one in HELD.values() if one in lines]
    assert f"FOREWATCH_INBOX={SECRETS['FOREWATCH_INBOX']}\n" in lines
    assert "take FOREWATCH_SEAL_KEY, FOREWATCH_LOOKUP_KEY, FOREWATCH_INBOX_KEY out of it" in lines
    monkeypatch.delenv("FOREWATCH_LOOKUP_KEY")
    with pytest.raises(SettingMissing, match="FOREWATCH_LOOKUP_KEY"):
        keys.into(tmp_path / "other", custodians=False, keep=True, ask=says(ONE, ONE))
    assert not (tmp_path / "other").exists()
    assert main(["new-keys", "--keep"]) == 2
    assert "name it with --file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((ONE, TWO), "not the same"),
        (("short",), "15 characters"),
        ((ONE, ONE, ONE, ONE), "the same passphrase"),
    ],
)
def test_a_passphrase_that_will_not_do_makes_nothing(
    tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    file = tmp_path / "keys"
    with pytest.raises(ValueError, match=why):
        keys.into(file, custodians=len(words) > 2, ask=says(*words))
    assert not file.exists()


def environment(tmp_path: Path, *passphrases: str) -> dict[str, str]:
    file = tmp_path / "keys"
    key_file.write(file, SECRETS, passphrases)
    return {"FOREWATCH_KEY_FILE": str(file)}


def test_after_a_power_cut_one_office_starts_by_itself_if_it_chose_so(tmp_path: Path) -> None:
    said = environment(tmp_path, ONE) | {"FOREWATCH_PASSPHRASE_FILE": str(tmp_path / "words")}
    (tmp_path / "words").write_text(ONE + "\n")
    key_file.bring(said)
    assert said["FOREWATCH_SEAL_KEY"] == SECRETS["FOREWATCH_SEAL_KEY"]
    with pytest.raises(SettingMissing, match="cannot be read"):
        key_file.bring(environment(tmp_path, ONE) | {"FOREWATCH_PASSPHRASE_FILE": str(tmp_path / "gone")})


def test_custodians_come_themselves(tmp_path: Path) -> None:
    said = environment(tmp_path, ONE, TWO, THREE)
    with pytest.raises(SettingMissing, match="two custodians"):
        key_file.bring(said | {"FOREWATCH_PASSPHRASE_FILE": str(tmp_path / "words")})
    key_file.bring(said, says(THREE, ONE))
    assert said["FOREWATCH_SEAL_KEY"] == SECRETS["FOREWATCH_SEAL_KEY"]


def test_where_nobody_can_be_asked_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(SettingMissing, match="nobody is here to type it"):
        key_file.bring(environment(tmp_path, ONE))


def test_locked_or_with_keys_at_hand_nobody_is_asked(tmp_path: Path) -> None:
    for extra in ({"FOREWATCH_LOCKED": "1"}, {"FOREWATCH_SEAL_KEY": "at hand"}, {"FOREWATCH_KEY_FILE": ""}):
        said = environment(tmp_path, ONE) | extra
        key_file.bring(said, says())
        assert said.get("FOREWATCH_SEAL_KEY", "") != SECRETS["FOREWATCH_SEAL_KEY"]


STEP = """
import sys
from pathlib import Path
from forewatch.commands import key_file, rotating
key_file._WORK = 16
typed = iter(sys.argv[3:])
step = getattr(rotating, sys.argv[1])
try:
    print(step(Path(sys.argv[2]), ask=lambda _prompt: next(typed)))
except ValueError as problem:
    sys.exit(str(problem))
assert not list(typed)
"""
WORK = """
import sys
from forewatch.commands.serving import open_database
open_database()
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from forewatch.access.adapters import MFAAdapter
from forewatch.access.models import Organisation, User
from forewatch.access.sealing import lookup_key, seal, unseal
from forewatch.keystore.models import DataKey
from forewatch.lib.ids import new_id
if sys.argv[1] == "begin":
    office = Organisation.objects.create(code="centre", name="The Centre")
    user = User.objects.create(username="ann", organisation=office)
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    row = new_id()
    print(row, seal("Ann Madeup", table="made_up", row=row).hex(), lookup_key("name", "ann").hex())
else:
    row, sealed, found = sys.argv[2:]
    [of] = DataKey.objects.values_list("subject", flat=True)
    assert unseal(bytes.fromhex(sealed), table="made_up", row=of) == "Ann Madeup"
    assert MFAAdapter().decrypt(Authenticator.objects.get().data["secret"]) == "JBSWY3DPEHPK3PXP"
    assert lookup_key("name", "ann").hex() == found
"""


class Office:
    """An installation whose keys lie in a file; each command is a process of its own."""

    def __init__(self, folder: Path, *passphrases: str) -> None:
        self.file = folder / "keys"
        key_file.write(self.file, SECRETS, passphrases)
        ours = {name: said for name, said in os.environ.items() if not name.startswith("FOREWATCH_")}
        self.environment = ours | {
            "DJANGO_SETTINGS_MODULE": "forewatch.config.settings",
            "DATABASE_URL": "",
            "SECRET_KEY": SECRETS["SECRET_KEY"],
            "FOREWATCH_KEY_FILE": str(self.file),
            "FOREWATCH_NODE": "test-1",
            "FOREWATCH_DATA_DIR": str(folder / "data"),
            "ALLOWED_HOSTS": "127.0.0.1",
        }

    def runs(self, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *words]
        return subprocess.run(command, env=self.environment | extra, capture_output=True, text=True)

    def steps(self, step: str, *typed: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """Return what came of a step of the rotation, with somebody who types."""
        return self.runs("-c", STEP, step, str(self.file), *typed, **extra)

    def opened(self, *passphrases: str) -> dict[str, str]:
        """Return the keys as a server has them that is started by these people."""
        return key_file.opened(self.file, passphrases)

    def works(self, held: dict[str, str], *words: str) -> list[str]:
        said = self.runs("-c", WORK, *words, **held)
        assert said.returncode == 0, said.stderr
        return said.stdout.split()


Begun = tuple[Path, list[str]]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    """Make the data of an office with a name and a telephone, and tell how to find them."""
    folder = tmp_path_factory.mktemp("begun")
    return folder / "data", Office(folder, ONE).works(HELD, "begin")


def office_of(begun: Begun, folder: Path, *passphrases: str) -> Office:
    shutil.copytree(begun[0], folder / "data")
    return Office(folder, *passphrases)


@pytest.mark.usefixtures("quick")
def test_a_master_key_is_changed_in_three_steps(begun: Begun, tmp_path: Path) -> None:
    """Names and telephones open at each step; the old key goes once nothing needs it, and not before."""
    office, kept = office_of(begun, tmp_path, ONE), begun[1]
    said = office.steps("rotate", ONE, TWO, TWO)
    assert (said.returncode, "forewatch rewrap" in said.stdout) == (0, True), said.stderr
    both = office.opened(TWO)
    assert both["FOREWATCH_OLD_SEAL_KEY"] == SECRETS["FOREWATCH_SEAL_KEY"] != both["FOREWATCH_SEAL_KEY"]
    assert both.items() >= {one: HELD[one] for one in ("FOREWATCH_LOOKUP_KEY", "FOREWATCH_INBOX_KEY")}.items()
    office.works(both, "look", *kept)

    said = office.steps("done", TWO)
    assert (said.returncode, office.opened(TWO)) == (1, both)
    assert "1 keys of people and 1 authenticators" in said.stderr
    assert "Run: forewatch rewrap" in said.stderr
    office.works(both, "look", *kept)

    said = office.runs("-m", "forewatch.cli", "rewrap", **both)
    assert said.returncode == 0, said.stderr
    said = office.steps("done", TWO)
    assert said.returncode == 0, said.stderr
    after = office.opened(TWO)
    assert after == HELD | {"FOREWATCH_SEAL_KEY": both["FOREWATCH_SEAL_KEY"]}
    office.works(after, "look", *kept)


@pytest.mark.usefixtures("quick")
def test_the_old_key_goes_nowhere_but_beside_its_own_data(tmp_path: Path) -> None:
    office = Office(tmp_path, ONE)
    assert office.steps("rotate", ONE, TWO, TWO).returncode == 0
    both = office.opened(TWO)
    for extra, told in (
        ({"FOREWATCH_KEY_FILE": ""}, "FOREWATCH_KEY_FILE names this file"),
        ({"FOREWATCH_KEY_FILE": str(tmp_path / "another")}, "FOREWATCH_KEY_FILE names this file"),
        ({"FOREWATCH_DATA_DIR": str(tmp_path / "elsewhere")}, "Nobody has an account here"),
    ):
        said = office.steps("done", TWO, **extra)
        assert (said.returncode, told in said.stderr) == (1, True), said.stderr
    assert office.opened(TWO) == both


@pytest.mark.usefixtures("quick")
def test_whoever_left_knows_no_passphrase_any_more(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    key_file.write(file, SECRETS, [ONE])
    for words, why in (((ONE, ONE, ONE), "from before"), ((ONE, TWO, THREE), "not the same")):
        with pytest.raises(ValueError, match=why):
            rotating.rotate(file, ask=says(*words))
    with pytest.raises(DoesNotOpen):
        rotating.rotate(file, ask=says(TWO))
    assert key_file.opened(file, [ONE]) == HELD
    rotating.rotate(file, ask=says(ONE, TWO, TWO))
    with pytest.raises(DoesNotOpen):
        key_file.opened(file, [ONE])
    both = key_file.opened(file, [TWO])
    with pytest.raises(ValueError, match="rewrap first"):
        rotating.rotate(file, ask=says(TWO))
    assert key_file.opened(file, [TWO]) == both


@pytest.mark.usefixtures("quick")
def test_an_office_that_starts_by_itself_is_told_to_write_the_new_passphrase_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "keys"
    key_file.write(file, SECRETS, [ONE])
    monkeypatch.setenv("FOREWATCH_PASSPHRASE_FILE", str(tmp_path / "words"))
    assert f"Write the new passphrase into {tmp_path / 'words'}" in rotating.rotate(
        file, ask=says(ONE, TWO, TWO)
    )


@pytest.mark.usefixtures("quick")
def test_custodians_change_the_master_key_and_nothing_else(begun: Begun, tmp_path: Path) -> None:
    """Two who stay open it, one comes for whoever left, and the shares of all three are made anew."""
    office, kept = office_of(begun, tmp_path, ONE, TWO, THREE), begun[1]
    fourth = "four of five made-up words"
    said = office.steps("rotate", TWO, ONE, ONE, ONE, TWO, TWO, fourth, fourth)
    assert said.returncode == 0, said.stderr
    for left in ((ONE, THREE), (TWO, THREE), (ONE,)):
        with pytest.raises(DoesNotOpen):
            office.opened(*left)
    both = office.opened(fourth, ONE)
    assert office.runs("-m", "forewatch.cli", "rewrap", **both).returncode == 0
    said = office.steps("done", fourth, TWO, ONE)
    assert said.returncode == 0, said.stderr
    after = HELD | {"FOREWATCH_SEAL_KEY": both["FOREWATCH_SEAL_KEY"]}
    for two in combinations((ONE, TWO, fourth), 2):
        assert office.opened(*two) == after
    office.works(after, "look", *kept)


@pytest.mark.usefixtures("quick")
def test_at_the_last_step_no_custodian_loses_their_share_by_a_slip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "keys"
    key_file.write(file, SECRETS | {"FOREWATCH_OLD_SEAL_KEY": "before"}, [ONE, TWO, THREE])
    monkeypatch.setenv("FOREWATCH_KEY_FILE", str(file))
    for words in ((ONE, TWO, THREE + " "), (ONE, TWO, ONE), ("wrong", TWO, THREE)):
        with pytest.raises(DoesNotOpen):
            rotating.done(file, ask=says(*words))
    assert key_file.opened(file, [TWO, THREE])["FOREWATCH_OLD_SEAL_KEY"] == "before"


@pytest.mark.usefixtures("quick")
def test_custodians_whose_passphrases_are_all_from_before_change_nothing(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    key_file.write(file, SECRETS, [ONE, TWO, THREE])
    with pytest.raises(ValueError, match="from before"):
        rotating.rotate(file, ask=says(ONE, TWO, *(one for one in (THREE, ONE, TWO) for _ in range(2))))
    assert key_file.opened(file, [TWO, THREE]) == HELD


@pytest.mark.usefixtures("quick")
def test_one_passphrase_becomes_three_custodians(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    key_file.write(file, SECRETS, [ONE])
    rotating.rotate(
        file, custodians=True, ask=says(ONE, *(one for one in (ONE, TWO, THREE) for _ in range(2)))
    )
    assert key_file.needed(file) == 2
    assert key_file.opened(file, [THREE, TWO])["FOREWATCH_OLD_SEAL_KEY"] == SECRETS["FOREWATCH_SEAL_KEY"]


def test_nobody_rotates_who_cannot_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    key_file.write(tmp_path / "keys", SECRETS, [ONE])
    assert main(["rotate-keys", str(tmp_path / "keys")]) == 2
    assert "nobody is here to type it" in capsys.readouterr().err


def test_custodians_need_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new-keys", "--custodians"]) == 2
    assert "name it with --file" in capsys.readouterr().err


def test_lock_leaves_its_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOREWATCH_DATA_DIR", str(tmp_path))
    assert main(["lock"]) == 0
    assert (tmp_path / "locked").exists()
    monkeypatch.delenv("FOREWATCH_DATA_DIR")
    assert main(["lock"]) == 2
    assert "FOREWATCH_DATA_DIR" in capsys.readouterr().err
