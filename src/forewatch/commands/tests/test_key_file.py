"""Keys lie in a file that a passphrase opens, or two custodians of three; they are in memory alone."""

from __future__ import annotations

import base64
import hashlib
import json
import stat
from collections.abc import Callable, Iterator
from itertools import combinations, permutations
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from forewatch.cli import main
from forewatch.commands import key_file, keys
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


def test_a_master_key_is_changed_in_three_steps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "keys"
    key_file.write(file, SECRETS, [ONE])
    assert "forewatch rewrap" in keys.rotate(file, ask=says(ONE))
    both = key_file.opened(file, [ONE])
    assert both["FOREWATCH_OLD_SEAL_KEY"] == SECRETS["FOREWATCH_SEAL_KEY"] != both["FOREWATCH_SEAL_KEY"]
    assert both["FOREWATCH_LOOKUP_KEY"] == SECRETS["FOREWATCH_LOOKUP_KEY"]
    with pytest.raises(ValueError, match="rewrap first"):
        keys.rotate(file, ask=says(ONE))
    keys.rotate(file, done=True, ask=says(ONE))
    assert key_file.opened(file, [ONE]).keys() == HELD.keys()
    with pytest.raises(ValueError, match="no old key"):
        keys.rotate(file, done=True, ask=says(ONE))
    with pytest.raises(DoesNotOpen):
        keys.rotate(file, ask=says(TWO))


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
