"""The console command `forewatch`: words in, exit status out.

0 done; 1 the machine would not (a full disk, say); 2 a mistake in the command or the definition; 3 bad data;
4 what should never change was changed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from forewatch import __version__

if TYPE_CHECKING:
    from forewatch.storage.backups import Kind, Pair

DONE, FAILED, USAGE, BAD_DATA, TAMPERED = 0, 1, 2, 3, 4
STOPPED = 130
"""Ctrl-C, as shells say it."""
DEFAULT_INDEX = "chiang-mai-28"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    asked = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = asked.command
    return _guarded(command, asked)


def _guarded(command: Callable[[argparse.Namespace], int], asked: argparse.Namespace) -> int:
    """Turn what can go wrong into a sentence and an exit status."""
    import duckdb

    from forewatch.analysis.problems import DefinitionError, InputError, ReleaseRefused, SparkIsMissing
    from forewatch.config.environment import SettingMissing

    try:
        return command(asked)
    except (DefinitionError, SettingMissing) as problem:
        return _say(str(problem), USAGE)
    except (InputError, ReleaseRefused) as problem:
        return _say(str(problem), BAD_DATA)
    except (OSError, MemoryError, SparkIsMissing, duckdb.Error) as problem:
        said = str(problem).split("\n", 1)[0].rstrip(".")
        return _say(f"The machine could not do it: {said}. Nothing was written.", FAILED)
    except KeyboardInterrupt:
        return _say("Stopped; nothing was written.", STOPPED)
    except RuntimeError as problem:
        # This is how DuckDB passes Ctrl-C on.
        if str(problem) != "Query interrupted":
            raise
        return _say("Stopped; nothing was written.", STOPPED)


def _say(message: str, status: int) -> int:
    print(message, file=sys.stderr)
    return status


# The words of the command


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="forewatch", description="A prevention database against human trafficking."
    )
    parser.add_argument("--version", action="version", version=f"forewatch {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_score(commands)
    _add_index(commands)
    _add_synth(commands)
    _add_demo(commands)
    _add_areas(commands)
    _add_accounts(commands)
    _add_rescore(commands)
    _add_serve(commands)
    _add_keys(commands)
    _add_audit(commands)
    _add_backups(commands)
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write YYYY-MM-DD") from problem


def _add_score(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("score", help="assess people as of a date and write figures and a report")
    parser.add_argument("--subjects", type=Path, required=True, metavar="S", help="CSV, Parquet or a folder")
    parser.add_argument("--records", type=Path, required=True, metavar="R", help="CSV, Parquet or a folder")
    parser.add_argument("--events", type=Path, metavar="E", help="CSV, Parquet or a folder")
    parser.add_argument(
        "--areas",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        metavar="A",
        help="a table of areas, boundaries (GeoJSON, GeoPackage, zipped Shapefile), or both",
    )
    parser.add_argument(
        "--index", default=DEFAULT_INDEX, help=f"a YAML file or an id (default {DEFAULT_INDEX})"
    )
    parser.add_argument("--as-of", type=_day, required=True, metavar="YYYY-MM-DD", help="the day asked about")
    parser.add_argument(
        "--known-by", type=_day, metavar="YYYY-MM-DD", help="only what was received by that day"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write into")
    parser.add_argument("--engine", choices=("duckdb", "memory", "spark"), default="duckdb")
    parser.add_argument("--release", action="store_true", help="write only figures that may leave")
    parser.add_argument(
        "--on-bad-row",
        choices=("stop", "set-aside"),
        default="stop",
        help="stop, or score the rest and write set-aside.csv (default stop)",
    )
    parser.add_argument("--encoding", choices=("utf-8", "cp874"), default="utf-8", help="of CSV files")
    parser.set_defaults(command=_score)


def _add_index(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("index", help="check, print or document an index definition")
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    lint = actions.add_parser("lint", help="name every mistake in a definition file")
    lint.add_argument("index", metavar="FILE")
    lint.set_defaults(command=_lint)
    show = actions.add_parser("show", help="print a definition readably")
    show.add_argument("index", metavar="INDEX", nargs="?", default=DEFAULT_INDEX)
    show.set_defaults(command=_show)
    manual = actions.add_parser("manual", help="write the manual, one page an indicator")
    manual.add_argument("index", metavar="INDEX", nargs="?", default=DEFAULT_INDEX)
    manual.add_argument("--out", type=Path, default=Path("docs/indicators"), metavar="DIR")
    manual.set_defaults(command=_manual)


def _add_synth(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("synth", help="make up a province to try things on")
    parser.add_argument("--people", type=int, required=True, metavar="N")
    parser.add_argument("--seed", type=int, default=7, metavar="K")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.set_defaults(command=_synth)


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("demo", help="make up a province, score it, and serve it to try it all on")
    parser.add_argument("--people", type=int, default=20_000, metavar="N")
    parser.add_argument("--seed", type=int, default=7, metavar="K")
    parser.add_argument("--data-dir", type=Path, default=Path("var"), metavar="DIR")
    parser.add_argument("--port", type=int, default=8000, metavar="N")
    parser.add_argument("--no-serve", action="store_true", help="make everything and stop")
    parser.set_defaults(command=_demo)


def _add_areas(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("areas", help="load areas and boundaries, and make the map's tiles of them")
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    load = actions.add_parser("load", help="load one set of areas; what changed begins a new generation")
    load.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="GeoJSON, GeoPackage, zipped Shapefile; "
        "or CSV, Parquet with area_code, parent_code, level, name, name_local",
    )
    load.add_argument("--country", type=_country, metavar="TH", help="where provinces that name none lie")
    load.add_argument("--valid-on", type=_day, metavar="YYYY-MM-DD", help="from when the set holds")
    load.add_argument(
        "--whole-country", action="store_true", help="provinces that the set does not name are no more"
    )
    load.add_argument("--encoding", choices=("utf-8", "cp874"), default="utf-8", help="of CSV files")
    load.add_argument("--no-tiles", action="store_true", help="leave the map's tiles as they are")
    load.set_defaults(command=_load_areas)
    tiles = actions.add_parser("tiles", help="make the map's tiles anew")
    tiles.set_defaults(command=_tile_areas)


def _add_accounts(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("accounts", help="make accounts, each with a first sign-in code")
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    load = actions.add_parser("load", help="make the accounts of a sheet, and print their strips")
    load.add_argument(
        "file", type=Path, metavar="FILE",
        help="CSV or XLSX with name, username, organisation, role, areas, purposes, until",
    )  # fmt: skip
    load.add_argument(
        "--organisation", action="append", default=[], type=_organisation, metavar="CODE=NAME",
        help="an organisation that is new; may be said several times",
    )  # fmt: skip
    load.set_defaults(command=_load_accounts)


def _organisation(text: str) -> tuple[str, str]:
    code, _, name = text.partition("=")
    if not (code and name):
        raise argparse.ArgumentTypeError(f"{text!r}: write its code and its name, like centre='The Centre'")
    return code, name


def _country(text: str) -> str:
    from forewatch.places.rules import is_country

    if not is_country(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no country's code; write TH, or THA")
    return text


def _add_rescore(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("rescore", help="assess everybody in the register")
    parser.add_argument("--as-of", type=_day, metavar="YYYY-MM-DD", help="today when left out")
    parser.add_argument(
        "--known-by", type=_day, metavar="YYYY-MM-DD", help="count only what had been received by then"
    )
    parser.add_argument("--release", action="store_true", help="freeze this month's figures that may leave")
    parser.add_argument("--if-due", action="store_true", help="do nothing when there was a run of that day")
    parser.set_defaults(command=_rescore)


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("serve", help="serve the web application on this machine")
    parser.add_argument("--port", type=int, default=8000, metavar="N")
    parser.add_argument("--locked", action="store_true", help="without keys: take concerns in, open nothing")
    parser.set_defaults(command=_serve)


def _add_keys(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    keys = commands.add_parser("new-keys", help="make secrets for a new installation")
    keys.add_argument("--file", type=Path, metavar="FILE", help="into a file that a passphrase opens")
    keys.add_argument("--custodians", action="store_true", help="two passphrases out of three open it")
    keys.add_argument(
        "--keep", action="store_true", help="the keys that stand in the environment, and no new ones"
    )
    keys.set_defaults(command=_new_keys)
    protocol = commands.add_parser("protocol", help="what another protocol would change, and whom it lacks")
    protocol.add_argument("to", nargs="?", choices=["single-office", "multi-agency"])
    protocol.set_defaults(command=_protocol)
    lock = commands.add_parser("lock", help="make the running server drop its keys")
    lock.set_defaults(command=_lock)
    unlock = commands.add_parser("unlock", help="let the server have its keys again at its next start")
    unlock.set_defaults(command=_unlock)
    rotate = commands.add_parser("rotate-keys", help="a new master key and new passphrases for the key file")
    rotate.add_argument("file", type=Path, metavar="FILE")
    which = rotate.add_mutually_exclusive_group()
    which.add_argument("--custodians", action="store_true", help="from now on two out of three open it")
    which.add_argument("--done", action="store_true", help="after rewrap: take the old one away")
    rotate.set_defaults(command=_rotate_keys)
    again = commands.add_parser("rewrap", help="wrap all keys by the new master key, while the server runs")
    again.set_defaults(command=_rewrap)


def _add_audit(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("audit", help="check that nobody changed the audit trail, or sign its head")
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    check = actions.add_parser("verify", help="exit 0 when the trail is whole, 4 when it was tampered with")
    check.add_argument("--data-dir", type=Path, metavar="DIR", help="where FOREWATCH_DATA_DIR is not set")
    check.add_argument(
        "--heads", type=Path, nargs="+", default=[], metavar="FILE", help="signed heads kept elsewhere"
    )
    check.set_defaults(command=_verify_audit)
    kept = commands.add_parser("retention", help="what is kept for too long; --remove takes what is over")
    how = kept.add_mutually_exclusive_group()
    how.add_argument("--as-of", type=_day, metavar="YYYY-MM-DD", help="by default today")
    how.add_argument(
        "--remove",
        action="store_true",
        help="remove closed concerns, answered contests and words of sources past their time",
    )
    kept.set_defaults(command=_retention)
    sign = actions.add_parser("sign", help="append the signed head to the folders FOREWATCH_AUDIT_HEADS")
    sign.add_argument("--quiet", action="store_true", help="say nothing when it went well")
    sign.set_defaults(command=_sign_audit)


def _add_backups(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    key = commands.add_parser("new-backup-key", help="make the key that a half of backups is encrypted to")
    key.add_argument("kind", choices=("data", "keys"), help="the half: the data, or the keys of people")
    key.add_argument("file", type=Path, metavar="FILE", help="the new file of the secret key")
    key.set_defaults(command=_new_backup_key)
    backup = commands.add_parser("backup", help="write the data and, apart, the keys, both encrypted")
    backup.add_argument("--into", type=Path, metavar="DIR", help="otherwise FOREWATCH_BACKUP_INTO")
    backup.add_argument("--keys-into", type=Path, metavar="DIR", help="otherwise FOREWATCH_BACKUP_KEYS_INTO")
    backup.set_defaults(command=_backup)
    again = commands.add_parser("erase-again", help="erase whom the ledger of erasures names")
    again.set_defaults(command=_erase_again)
    for name, command, does in (
        ("restore", _restore, "bring a backup back into an installation without data"),
        ("drill", _drill, "try out that a backup comes back: rows, audit trail, names"),
    ):
        parser = commands.add_parser(name, help=does)
        parser.add_argument("data", type=Path, metavar="DATA", help="the file that ends in .data.age")
        parser.add_argument("--keys", type=Path, required=True, metavar="FILE", help="... in .keys.age")
        for name, what in (("--secret", "data"), ("--keys-secret", "keys")):
            parser.add_argument(
                name, type=Path, required=True, metavar="FILE", help=f"the secret key of the {what}"
            )
        parser.set_defaults(command=command)


# The commands; what they need is imported when they run, so that `--help` is quick


def _progress(done: int, total: int) -> None:
    if total > 100_000 or sys.stderr.isatty():
        # In hundredths, because an exact number of people is no part of a release.
        print(f"{100 * done // max(total, 1)} % done", file=sys.stderr, flush=True)


def _score(asked: argparse.Namespace) -> int:
    from forewatch.commands.score import Order, closing_words, score_files

    order = Order(
        subjects=asked.subjects,
        records=asked.records,
        events=asked.events,
        areas=asked.areas,
        index=asked.index,
        as_of=asked.as_of,
        known_by=asked.known_by,
        out=asked.out,
        engine=asked.engine,
        release=asked.release,
        set_bad_rows_aside=asked.on_bad_row == "set-aside",
        encoding=asked.encoding,
    )
    print(closing_words(score_files(order, _progress), order))
    return DONE


def _lint(asked: argparse.Namespace) -> int:
    from forewatch.commands.index import lint_file

    said, usable = lint_file(asked.index)
    print(said)
    return DONE if usable else USAGE


def _show(asked: argparse.Namespace) -> int:
    from forewatch.commands.index import show_index

    print(show_index(asked.index))
    return DONE


def _manual(asked: argparse.Namespace) -> int:
    from forewatch.commands.index import write_index_manual

    print(write_index_manual(asked.index, asked.out))
    return DONE


def _synth(asked: argparse.Namespace) -> int:
    from forewatch.synthesis.province import synthesise

    try:
        made = synthesise(asked.people, asked.seed, asked.out, _progress)
    except ValueError as problem:
        return _say(str(problem), USAGE)
    print(
        f"{made.people:,} people in {made.households:,} households and {made.villages:,} villages, "
        f"{made.records:,} records, {made.events:,} events, as of {made.as_of}: written to {asked.out}"
    )
    return DONE


def _demo(asked: argparse.Namespace) -> int:
    from forewatch.commands.demo import Wanted, demo
    from forewatch.commands.serving import CannotServe

    wanted = Wanted(asked.people, asked.seed, asked.data_dir, asked.port, serve=not asked.no_serve)
    try:
        demo(wanted, _progress)
    except ValueError as problem:
        return _say(str(problem), USAGE)
    except CannotServe as problem:
        return _say(str(problem), FAILED)
    return DONE


def _load_areas(asked: argparse.Namespace) -> int:
    from forewatch.commands.areas import Order, load

    order = Order(asked.files, asked.country, asked.valid_on, asked.whole_country, asked.encoding)
    print(load(order), flush=True)
    return DONE if asked.no_tiles else _tile_areas(asked)


def _load_accounts(asked: argparse.Namespace) -> int:
    from forewatch.commands.accounts import SheetWrong, load

    try:
        print(load(asked.file, dict(asked.organisation)), flush=True)
    except SheetWrong as problem:
        return _say(str(problem), USAGE)
    return DONE


def _tile_areas(asked: argparse.Namespace) -> int:
    from forewatch.commands.areas import tiles
    from forewatch.places.tiles import TilesFailed

    try:
        print(tiles())
    except TilesFailed as problem:
        return _say(f"The map keeps the tiles it had. {problem}", FAILED)
    return DONE


def _rescore(asked: argparse.Namespace) -> int:
    from forewatch.commands.rescore import Order, rescore

    print(rescore(Order(asked.as_of, asked.known_by, asked.release, asked.if_due), _progress))
    return DONE


def _serve(asked: argparse.Namespace) -> int:
    from forewatch.commands.serving import CannotServe, serve

    try:
        serve(asked.port, locked=asked.locked)
    except CannotServe as problem:
        return _say(str(problem), FAILED)
    return DONE


def _verify_audit(asked: argparse.Namespace) -> int:
    from forewatch.commands.audit import NoTrail, Order, verify

    try:
        whole, said = verify(Order(asked.data_dir, asked.heads))
    except NoTrail as problem:
        return _say(str(problem), USAGE)
    if not whole:
        return _say(said, TAMPERED)
    print(said)
    return DONE


def _retention(asked: argparse.Namespace) -> int:
    from forewatch.commands.retention import remove, report

    print(remove() if asked.remove else report(asked.as_of))
    return DONE


def _sign_audit(asked: argparse.Namespace) -> int:
    from forewatch.commands.audit import NotEverywhere, sign

    try:
        said = sign()
    except NotEverywhere as problem:
        return _say(str(problem), FAILED)
    if not asked.quiet:
        print(said)
    return DONE


def _new_keys(asked: argparse.Namespace) -> int:
    from forewatch.commands.keys import into, shown

    if (asked.custodians or asked.keep) and not asked.file:
        return _say("Custodians open a file, and keys are kept in one: name it with --file.", USAGE)
    try:
        made = into(asked.file, custodians=asked.custodians, keep=asked.keep) if asked.file else shown()
        print(made)
    except ValueError as problem:
        return _say(str(problem), USAGE)
    return DONE


def _lock(_asked: argparse.Namespace) -> int:
    from forewatch.commands.serving import lock

    print(lock())
    return DONE


def _unlock(_asked: argparse.Namespace) -> int:
    from forewatch.commands.serving import unlock

    print(unlock())
    return DONE


def _protocol(asked: argparse.Namespace) -> int:
    from forewatch.commands.protocol import report

    print(report(asked.to))
    return DONE


def _rotate_keys(asked: argparse.Namespace) -> int:
    from forewatch.commands.rotating import done, rotate

    try:
        print(done(asked.file) if asked.done else rotate(asked.file, custodians=asked.custodians))
    except ValueError as problem:
        return _say(str(problem), USAGE)
    return DONE


def _rewrap(_asked: argparse.Namespace) -> int:
    from forewatch.commands.rewrapping import rewrap
    from forewatch.keystore.wrapping import CannotUnwrap

    try:
        print(rewrap())
    except CannotUnwrap as problem:
        return _say(f"{problem} What was done stays; set FOREWATCH_OLD_SEAL_KEY and run it again.", USAGE)
    return DONE


def _new_backup_key(asked: argparse.Namespace) -> int:
    from forewatch.commands.backups import new_key
    from forewatch.storage.backups import Kind

    print(new_key(asked.file, Kind(asked.kind)))
    return DONE


def _backup(asked: argparse.Namespace) -> int:
    from forewatch.commands.backups import backup

    return _copying(lambda: backup(asked.into, asked.keys_into), "No backup was made.", FAILED)


def _restore(asked: argparse.Namespace) -> int:
    from forewatch.commands.backups import restore

    return _copying(lambda: restore(*_halves(asked)), "Nothing was restored.", BAD_DATA)


def _erase_again(_asked: argparse.Namespace) -> int:
    from forewatch.commands.backups import erase_again

    print(erase_again())
    return DONE


def _drill(asked: argparse.Namespace) -> int:
    from forewatch.commands.backups import drill

    return _copying(lambda: drill(*_halves(asked)), "This backup does not come back.", BAD_DATA)


def _halves(asked: argparse.Namespace) -> tuple[Pair, dict[Kind, Path]]:
    from forewatch.storage.backups import Kind, Pair

    return Pair(asked.data, asked.keys), {Kind.DATA: asked.secret, Kind.KEYS: asked.keys_secret}


def _copying(copy: Callable[[], object], otherwise: str, status: int) -> int:
    from forewatch.commands.backups import NotWhole
    from forewatch.storage.archive import CannotRead
    from forewatch.storage.snapshots import CannotCopy

    try:
        print(copy())
    except (CannotRead, CannotCopy) as problem:
        return _say(f"{otherwise} {problem}", status)
    except NotWhole as problem:
        return _say(f"{otherwise} {problem}", TAMPERED)
    return DONE


if __name__ == "__main__":
    raise SystemExit(main())
