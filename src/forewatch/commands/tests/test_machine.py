"""What the machine will not do: a full disk, no memory, no Spark, Ctrl-C. DIR is whole or as it was."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time

import pytest


def command(desk, *more):
    words = ["score", "--as-of", "2026-06-30", "--out", str(desk.out), "--index", str(desk.index)]
    words += [word for one in ("subjects", "records") for word in (f"--{one}", str(desk.path(one)))]
    return [*words, *more]


def run(words, **how):
    line = [sys.executable, "-m", "forewatch.cli", *words]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=120, **how)


def refused(done):
    """A sentence and status 1, and no list of calls."""
    return done.returncode == 1 and "Nothing was written." in done.stderr and done.stderr.count("\n") == 1


@pytest.fixture(params=[4096, 20_480, 49_152])
def full_disk(request, tmp_path):
    """A disk with room for this many bytes, and how to run a command so that it has no more.

    Where nothing may be mounted a limit on the size of files stands in for the disk: both refuse the write.
    """
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={request.param}", "forewatch-test", str(disk)]
    if shutil.which("mount") and subprocess.run(mount, capture_output=True, check=False).returncode == 0:
        yield disk, {}
        subprocess.run(["umount", str(disk)], check=True)
    else:
        limit = (request.param, request.param)
        yield disk, {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit)}


def test_a_full_disk(desk, full_disk):
    """Whichever file is the first without room: a sentence, and all that was written is taken back."""
    disk, how = full_disk
    desk.out = disk / "out"
    assert refused(run(command(desk), **how))
    assert list(disk.iterdir()) == []


def test_a_full_disk_keeps_what_lay_there(desk, full_disk):
    disk, how = full_disk
    desk.out = disk / "out"
    desk.out.mkdir()
    (desk.out / "areas.csv").write_text("of an earlier run")
    assert refused(run(command(desk), **how))
    assert [(one.name, one.read_text()) for one in desk.out.iterdir()] == [("areas.csv", "of an earlier run")]


def test_spark_without_java(desk):
    done = run(command(desk, "--engine", "spark"), env={**os.environ, "PATH": "", "JAVA_HOME": ""})
    # Spark's own launcher has its say first.
    said = done.stderr.splitlines()[-1]
    assert "Spark needs Java 17 or newer; install it" in said
    assert "Nothing was written." in said
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert desk.is_untouched()


def test_spark_not_installed(desk, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    assert desk.score("--engine", "spark") == 1
    assert "Spark is not installed; install forewatch[spark]. Nothing was written." in capsys.readouterr().err
    assert desk.is_untouched()


def stop_at(desk, monkeypatch, problem):
    """Let the run fail while its results are written."""
    from forewatch.commands import score

    def stop(*_: object, **__: object) -> None:
        raise problem

    monkeypatch.setattr(score, "driver_counts", stop)
    return desk.score()


def test_stopping_leaves_nothing(desk, monkeypatch, capsys):
    assert stop_at(desk, monkeypatch, KeyboardInterrupt()) == 130
    assert stop_at(desk, monkeypatch, RuntimeError("Query interrupted")) == 130
    assert "Stopped; nothing was written" in capsys.readouterr().err
    assert desk.is_untouched()


def test_a_disk_that_fills_up_while_results_are_written(desk, monkeypatch, capsys):
    assert stop_at(desk, monkeypatch, OSError(28, "No space left on device")) == 1
    assert "No space left on device. Nothing was written." in capsys.readouterr().err
    assert desk.is_untouched()


def test_what_the_database_says_is_one_sentence(desk, monkeypatch, capsys):
    import duckdb

    problem = duckdb.OutOfMemoryException("Out of Memory Error: no room.\n\nLINE 1: SELECT secret")
    assert stop_at(desk, monkeypatch, problem) == 1
    said = capsys.readouterr().err
    assert "no room. Nothing was written." in said
    assert "SELECT" not in said
    assert desk.is_untouched()


def test_a_mistake_of_ours_is_not_called_the_users(desk, monkeypatch):
    with pytest.raises(RuntimeError, match="a defect"):
        stop_at(desk, monkeypatch, RuntimeError("a defect"))
    assert desk.is_untouched()


def pressed_once(process):
    """Press Ctrl-C once, a second after the query began; return what the command said."""
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    try:
        return process.communicate(timeout=60)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        pytest.fail("Ctrl-C does not stop the command")


def test_control_c_in_a_query(desk):
    """The signal itself, sent while DuckDB works: a sentence, status 130, nothing left behind."""
    script = (
        "import signal, sys\n"
        # A test run begun in the background of a shell passes on that Ctrl-C is to be ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from forewatch import cli\n"
        "from forewatch.analysis.database import opened\n"
        "from forewatch.commands import score\n"
        "def long(*a, **k):\n"
        "    print('working', flush=True)\n"
        "    many = 'range(10000000)'\n"
        "    with opened() as one:\n"
        "        one.execute(f'SELECT sum(hash(a.range + b.range)) FROM {many} a, {many} b').fetchall()\n"
        "score.driver_counts = long\n"
        "sys.exit(cli.main(sys.argv[1:]))\n"
    )
    line = [sys.executable, "-c", script, *command(desk)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "working\n"
        said = pressed_once(process)
    assert process.returncode == 130
    assert said == "Stopped; nothing was written.\n"
    assert desk.is_untouched()
