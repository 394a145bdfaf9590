"""write_whole: the old content or the new, whatever happens; mode and links stay."""

import errno
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from workbook.course import files
from workbook.course.files import DEAD_AFTER, PART, real, reason, write_whole

posix = pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's, and not everybody may make links")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file"


def names(path):
    return sorted(other.name for other in path.parent.iterdir())


def test_a_file_is_made_and_replaced(path):
    for content in (b"first\r\n\x00", b"second", b""):
        write_whole(path, content)
        assert path.read_bytes() == content
        assert names(path) == ["file"]


def test_the_longest_name_that_there_can_be(path):
    long = path.with_name("n" * 255)
    write_whole(long, b"1")
    write_whole(long, b"2")
    assert long.read_bytes() == b"2"


@posix
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_new_file_has_the_usual_mode(path, umask):
    before = os.umask(umask)
    try:
        write_whole(path, b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o666, 0o755, 0o640, 0o444])
def test_the_mode_is_kept(path, mode):
    path.write_bytes(b"1")
    path.chmod(mode)
    write_whole(path, b"2")
    assert path.read_bytes() == b"2"
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_a_private_file_is_private_while_it_is_written(path, monkeypatch):
    path.write_bytes(b"1")
    path.chmod(0o600)
    seen = []
    monkeypatch.setattr(os, "fsync", lambda handle: seen.append(stat.S_IMODE(os.fstat(handle).st_mode)))
    write_whole(path, b"2")
    assert seen == [0o600]


@posix
def test_a_disk_without_modes(path, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    path.write_bytes(b"1")
    monkeypatch.setattr(os, "chmod", refuse)
    write_whole(path, b"2")
    assert path.read_bytes() == b"2"


@posix
def test_a_link_stays_a_link(path, tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "between").symlink_to("far/target")
    path.symlink_to("between")
    for content in (b"1", b"2"):  # at first the links lead to a file that is not there yet
        write_whole(path, content)
        assert (tmp_path / "far" / "target").read_bytes() == content
        assert path.is_symlink()
        assert (tmp_path / "between").is_symlink()
    assert names(path) == ["between", "far", "file"]
    assert names(tmp_path / "far" / "target") == ["target"]


@posix
def test_links_round_in_a_circle(path, tmp_path):
    path.symlink_to("other")
    (tmp_path / "other").symlink_to("file")
    for act in (real, lambda path: write_whole(path, b"1")):
        with pytest.raises(OSError, match="symbolic links") as caught:
            act(path)
        assert reason(caught.value) == "the links there lead round in a circle"
    assert names(path) == ["file", "other"]
    assert path.is_symlink()


def test_real_takes_what_is_not_there(path):
    assert real(path / "deeper") == Path(os.path.realpath(path.parent)) / "file" / "deeper"


@pytest.mark.parametrize("moment", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_content_and_nothing_else(path, monkeypatch, moment, error):
    path.write_bytes(b"old")

    def fail(*_):
        raise error

    monkeypatch.setattr(os, moment, fail)
    with pytest.raises(type(error)):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(path) == ["file"]


def test_a_folder_of_that_name(path):
    path.mkdir()
    with pytest.raises(OSError, match="file"):
        write_whole(path, b"1")
    assert names(path) == ["file"]


def test_what_is_written_reaches_the_disk_before_it_takes_the_name(path, monkeypatch):
    calls = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: calls.append("fsync") or fsync(handle))
    monkeypatch.setattr(os, "replace", lambda old, new: calls.append("replace") or replace(old, new))
    write_whole(path, b"1")
    assert calls == ["fsync", "replace"]


def test_parts_of_the_dead_go_and_those_of_the_living_stay(path, tmp_path):
    made = {
        "dead": (PART.format("0123abcd"), DEAD_AFTER + 60),
        "alive": (PART.format("4567abcd"), DEAD_AFTER - 60),
        "another's": (".workbook-notes", DEAD_AFTER + 60),
        "shown": ("workbook-1.part", DEAD_AFTER + 60),
    }
    for name, age in made.values():
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    write_whole(path, b"1")
    assert set(names(path)) == {"file", *(name for name, _ in made.values())} - {made["dead"][0]}


def test_a_busy_file_is_tried_again(path, monkeypatch):
    """As on Windows, where a file that a virus scanner has open cannot be replaced."""
    refusals, replace = [1, 2, 3], os.replace

    def busy(old, new):
        if refusals:
            refusals.pop()
            raise PermissionError(errno.EACCES, "Access is denied")
        replace(old, new)

    monkeypatch.setattr(os, "replace", busy)
    monkeypatch.setattr(files, "BUSY_FOR", 60)
    write_whole(path, b"1")
    assert path.read_bytes() == b"1"


@pytest.mark.parametrize("patience", [0, 0.1])
def test_trying_again_ends(path, monkeypatch, patience):
    calls = []

    def busy(*_):
        calls.append(time.monotonic())
        raise PermissionError(errno.EACCES, "Access is denied")

    monkeypatch.setattr(os, "replace", busy)
    monkeypatch.setattr(files, "BUSY_FOR", patience)
    with pytest.raises(PermissionError, match="Access is denied"):
        write_whole(path, b"1")
    assert calls[-1] - calls[0] >= 0.8 * patience
    assert len(calls) > 1 or not patience
    assert names(path) == []


def test_a_file_is_never_seen_half_written(path):
    """Two writers and a reader: every look finds whole what one of the writers wrote."""
    contents = [letter * (1_000_000 + size) for size, letter in enumerate((b"a", b"b"))]
    write_whole(path, contents[0])
    stop, seen = threading.Event(), []

    def read():
        while not stop.is_set():
            seen.append(files.patiently(path.read_bytes) in contents)

    def write(content):
        for _ in range(20):
            write_whole(path, content)

    reader, *writers = [
        threading.Thread(target=read),
        *(threading.Thread(target=write, args=[content]) for content in contents),
    ]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()
    assert seen
    assert all(seen)


ENDLESS = """
import sys
from pathlib import Path
import files
print("ready", flush=True)
while True:
    for letter in (b"a", b"b"):
        files.write_whole(Path(sys.argv[1]), letter * 5_000_000)
"""


def test_a_kill_leaves_the_old_content_or_the_new(path):
    path.write_bytes(b"a" * 5_000_000)
    parts = 0
    for moment in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", ENDLESS, str(path)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(files.__file__).parent)},
        ) as process:
            assert process.stdout.readline().strip() == b"ready"
            time.sleep(0.0043 * moment)
            process.kill()
        content = path.read_bytes()
        assert content in (b"a" * 5_000_000, b"b" * 5_000_000), f"{len(content)} bytes"
        parts = len(names(path)) - 1
    assert parts, "no kill came in the middle of a write"
    for part in path.parent.glob(PART.format("*")):
        os.utime(part, (time.time() - DEAD_AFTER - 60,) * 2)
    write_whole(path, b"c")
    assert names(path) == ["file"]


def test_reasons_are_words():
    assert reason(OSError(errno.ENOSPC, "No space left on device")) == "the disk is full"
    assert reason(OSError(errno.EIO, "Input/output error")) == "Input/output error"
    assert reason(OSError("of our own")) == "of our own"
