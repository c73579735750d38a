"""A PostgreSQL on another machine is spoken to by TLS alone, after its certificate was checked."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from forewatch.config.environment import SettingMissing, database, read
from forewatch.config.tests.test_environment import whole
from forewatch.storage import snapshots

ELSEWHERE = "postgres://officer:a-made-up-secret@db.example:5433/upper"
NOW = datetime.datetime.now(datetime.UTC)
ASKS_FOR_TLS = bytes.fromhex("0000000804d2162f")


def name(said: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, said)])


def certificate(of: str, key: Any, by: str, signer: Any, *, authority: bool = False) -> bytes:
    """Return a certificate in PEM."""
    made = (
        x509.CertificateBuilder()
        .subject_name(name(of))
        .issuer_name(name(by))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - datetime.timedelta(days=1))
        .not_valid_after(NOW + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(of)]), critical=False)
        .sign(signer, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


class Office:
    """An authority, and certificates that it signed."""

    def __init__(self, folder: Path, called: str) -> None:
        self.folder, self.called, self.key = folder, called, ec.generate_private_key(ec.SECP256R1())
        self.file = folder / f"{called}.pem"
        self.file.write_bytes(certificate(called, self.key, called, self.key, authority=True))

    def server(self, of: str) -> ssl.SSLContext:
        """Return how a server that has the certificate of a name speaks TLS."""
        key = ec.generate_private_key(ec.SECP256R1())
        file = self.folder / f"{of}-{self.called}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(private + certificate(of, key, self.called, self.key))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@contextmanager
def postgres(context: ssl.SSLContext | None) -> Iterator[tuple[int, list[bytes]]]:
    """Yield the port of a made-up PostgreSQL, and what it is told once it has answered for TLS."""
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(10)

        def answer() -> None:
            talk, _from = door.accept()
            with talk:
                talk.settimeout(10)
                got.append(talk.recv(8))
                talk.sendall(b"S" if context else b"N")
                try:
                    with context.wrap_socket(talk, server_side=True) if context else talk as inside:
                        got.append(inside.recv(4096))
                except OSError:
                    got.append(b"")

        thread = threading.Thread(target=answer)
        thread.start()
        yield door.getsockname()[1], got
        thread.join(timeout=15)


def told(context: ssl.SSLContext | None, authority: Path, host: str = "db.example") -> tuple[bytes, str]:
    """Return what the made-up server learnt, and what the application says of it."""
    entry = database(ELSEWHERE, Path("/data"), authority=str(authority))
    with postgres(context) as (port, got), pytest.raises(psycopg.OperationalError) as problem:
        psycopg.connect(
            host=host, hostaddr="127.0.0.1", port=port, user=entry["USER"], password=entry["PASSWORD"],
            dbname=entry["NAME"], connect_timeout=10, **entry["OPTIONS"],
        )  # fmt: skip
    assert got[0] == ASKS_FOR_TLS
    return got[1], str(problem.value)


def test_the_right_certificate_for_the_right_name_is_spoken_to(tmp_path: Path) -> None:
    office = Office(tmp_path, "authority")

    said, _problem = told(office.server("db.example"), office.file)

    assert b"officer" in said


def test_a_server_without_tls_learns_nothing(tmp_path: Path) -> None:
    said, problem = told(None, Office(tmp_path, "authority").file)

    assert said == b""
    assert "SSL" in problem


@pytest.mark.parametrize("wrong", ["name", "authority"])
def test_a_server_that_is_another_learns_nothing(tmp_path: Path, wrong: str) -> None:
    ours, theirs = Office(tmp_path, "authority"), Office(tmp_path, "stranger")
    server = ours.server("other.example") if wrong == "name" else theirs.server("db.example")

    said, problem = told(server, ours.file)

    assert b"officer" not in said
    assert "certificate" in problem


def test_old_versions_of_tls_are_not_spoken(tmp_path: Path) -> None:
    options = database(ELSEWHERE, Path("/data"), authority="/ca.pem")["OPTIONS"]

    assert options == {
        "sslmode": "verify-full", "sslrootcert": "/ca.pem", "ssl_min_protocol_version": "TLSv1.2",
    }  # fmt: skip


@pytest.mark.parametrize("variable", ["DATABASE_URL", "FOREWATCH_KEYSTORE_URL"])
def test_another_machine_needs_an_authority_whose_file_is_there(tmp_path: Path, variable: str) -> None:
    with pytest.raises(SettingMissing, match=rf"{variable}.*FOREWATCH_DATABASE_CA"):
        read(whole(**{variable: ELSEWHERE}))
    with pytest.raises(SettingMissing, match="FOREWATCH_DATABASE_CA"):
        read(whole(**{variable: ELSEWHERE, "FOREWATCH_DATABASE_CA": str(tmp_path / "gone.pem")}))
    office = Office(tmp_path, "authority")
    found = read(
        whole(**{variable: f"{ELSEWHERE}?sslmode=disable", "FOREWATCH_DATABASE_CA": str(office.file)})
    )
    entry = found.database if variable == "DATABASE_URL" else found.keystore
    assert entry["OPTIONS"]["sslmode"] == "verify-full", "an address does not turn it off"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "[::1]", "%2Frun%2Fpostgresql", ""])
def test_this_machine_needs_none(host: str) -> None:
    assert database(f"postgres://officer@{host}/upper", Path("/data"))["OPTIONS"] == {}


@pytest.mark.parametrize("host", ["10.0.0.7", "localhost.example", "127.0.0.1.example", "192.168.1.2"])
def test_whatever_else_needs_one(host: str) -> None:
    with pytest.raises(SettingMissing, match="FOREWATCH_DATABASE_CA"):
        database(f"postgres://officer@{host}/upper", Path("/data"))


def test_backups_reach_the_database_in_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def run(*_words: Any, env: dict[str, str], **_others: Any) -> Any:
        asked.update(env)
        raise FileNotFoundError

    monkeypatch.setattr(snapshots.subprocess, "run", run)
    with pytest.raises(snapshots.CannotCopy):
        snapshots._client("pg_dump", database(ELSEWHERE, Path("/data"), authority="/ca.pem"), [])
    assert (asked["PGSSLMODE"], asked["PGSSLROOTCERT"]) == ("verify-full", "/ca.pem")
