"""What the code may use to seal, sign, hash and draw lots: a short list, and nothing made at home."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import forewatch
from forewatch.access.first_codes import digest_of

SOURCE = Path(forewatch.__file__).parent
ALLOWED = {
    "cryptography.exceptions": {"InvalidSignature", "InvalidTag"},
    "cryptography.hazmat.primitives.asymmetric.ed25519": {"Ed25519PrivateKey", "Ed25519PublicKey"},
    "cryptography.hazmat.primitives.ciphers.aead": {"AESGCM"},
    "cryptography.hazmat.primitives.kdf.scrypt": {"Scrypt"},
    "hashlib": {"sha256", "file_digest", "blake2b", "sha1"},
    "hmac": {"compare_digest", "digest", "new"},
    "pyrage": {
        "DecryptError", "EncryptError", "IdentityError", "RecipientError",
        "decrypt", "decrypt_io", "encrypt", "encrypt_io", "x25519",
    },
    "pyrage.x25519": {"Identity"},
    "secrets": {"choice", "token_bytes", "token_hex", "token_urlsafe"},
}  # fmt: skip
"""By module: AES-256-GCM, Ed25519, scrypt, age, SHA-2, BLAKE2 and the system's own random numbers."""
OTHERS = {"Crypto", "Cryptodome", "nacl", "crypt", "rsa", "ecdsa", "jwt", "jose", "passlib", "bcrypt"}
MADE_UP = "commands/filling.py"
"""Fills a demonstration with made-up people, and protects nothing."""
LEAKED = "access/breached.py"
"""Reads lists of leaked passwords, which are written in SHA-1, and protects nothing by it."""
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
"""SHA-256 of “abc”, as its standard gives it (FIPS 180-2, B.1)."""


def used(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield what a file takes from which module, by import or by a dot."""
    plainly = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, one.name) for one in node.names)
        elif isinstance(node, ast.Import):
            yield from ((one.name, "") for one in node.names)
        elif (
            isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in plainly
        ):
            yield node.value.id, node.attr


def found() -> Iterator[tuple[str, str, str]]:
    """Yield all uses in the code, with their file."""
    for file in sorted(SOURCE.rglob("*.py")):
        if "tests" not in file.parts:
            for module, name in used(ast.parse(file.read_text(encoding="utf-8"))):
                yield file.relative_to(SOURCE).as_posix(), module, name


def test_only_these_ciphers_signatures_and_hashes_are_used() -> None:
    heads = {module.partition(".")[0] for module in ALLOWED}
    uses = [one for one in found() if one[1].partition(".")[0] in heads]
    strange = [
        (file, module, name) for file, module, name in uses if name not in ALLOWED.get(module, set()) | {""}
    ]

    assert len(uses) > 50
    assert not strange
    assert not [one for one in found() if one[1].partition(".")[0] in OTHERS]


def test_sha_256_alone_protects_anything() -> None:
    files = {file for file, module, name in found() if (module, name) == ("hashlib", "blake2b")}

    assert files == {MADE_UP}
    assert {file for file, module, name in found() if (module, name) == ("hashlib", "sha1")} == {LEAKED}
    assert digest_of("A b C") == ABC


@pytest.mark.parametrize("code", ["import hashlib\nhashlib.md5(b'')", "from hashlib import sha512"])
def test_another_hash_would_be_seen(code: str) -> None:
    assert not {name for _module, name in used(ast.parse(code))} <= ALLOWED["hashlib"] | {""}


def test_lots_are_drawn_from_the_system() -> None:
    """Python's own generator can be foreseen: it makes up people, and draws nothing that protects any."""
    drawn = {(file, name) for file, module, name in found() if module == "random" and name}

    assert {name for file, name in drawn if not file.startswith(("synthesis/", "commands/"))} <= {
        "SystemRandom", "Random",
    }  # fmt: skip
    calls = [file for file, _name in drawn if "random.Random(" in (SOURCE / file).read_text(encoding="utf-8")]
    assert not [file for file in calls if not file.startswith(("synthesis/", "commands/"))]
