"""Progress: kept whole, set aside when broken, and never lost."""

import json
import os
import stat
import threading
from pathlib import Path

import pytest

from nnwidgets.questions.progress import NAME, Progress


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path)


def test_nothing_is_kept_at_first(progress):
    assert progress.get("a") is None
    assert not progress.path.exists()


@pytest.mark.parametrize("answer", ["0.731", 3, 2.5, True, False, None, "½ → “yes”", ["a", 1], {"x": 1}])
def test_an_answer_comes_back(progress, answer):
    progress.keep("chapter/exercise", answer)
    assert Progress(progress.path.parent).get("chapter/exercise") == answer


def test_answers_do_not_disturb_each_other(progress):
    for number in range(5):
        progress.keep(f"key {number}", number)
    progress.keep("key 2", "changed")
    assert [progress.get(f"key {number}") for number in range(5)] == [0, 1, "changed", 3, 4]


def test_the_file_can_be_read_by_people(progress):
    progress.keep("b", "½")
    progress.keep("a", 1)
    assert progress.path.read_text(encoding="utf-8") == '{\n "a": 1,\n "b": "½"\n}'


def test_the_default_folder_is_the_one_where_the_chapter_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Progress().keep("a", 1)
    assert (tmp_path / NAME).is_file()
    assert Progress("").path == Progress(Path.cwd()).path


def others(progress):
    return {path.name: path.read_bytes() for path in progress.path.parent.iterdir() if path != progress.path}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1, 2]", b"3", b"null", b'{"a": 1', b"\xff\xfe\x00", b'"text"', b"\x00" * 100]
)
def test_an_unreadable_file_is_set_aside(progress, content):
    progress.path.write_bytes(content)
    assert progress.get("a") is None
    assert list(others(progress).values()) == [content]
    progress.keep("a", 1)
    assert progress.get("a") == 1
    assert list(others(progress).values()) == [content]


def test_a_second_unreadable_file_does_not_replace_the_first(progress):
    for content in (b"first", b"second", b"third"):
        progress.path.write_bytes(content)
        progress.get("a")
    assert sorted(others(progress).values()) == [b"first", b"second", b"third"]


def test_no_part_files_remain(progress):
    progress.keep("a", 1)
    with pytest.raises(TypeError):
        progress.keep("b", object())
    assert others(progress) == {}
    assert progress.get("a") == 1


@pytest.mark.parametrize("moment", ["replace", "fsync"])
def test_a_crash_while_writing_leaves_the_old_answers(progress, monkeypatch, moment):
    progress.keep("a", 1)

    def crash(*_):
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(os, moment, crash)
        with pytest.raises(OSError, match="no space left"):
            progress.keep("a", 2)
    assert progress.get("a") == 1
    assert others(progress) == {}


def test_the_file_is_never_seen_half_written(progress):
    """A reader beside a writer sees whole files only: the old one or the new one."""
    progress.keep("long", "x" * 20_000)
    stop, seen = threading.Event(), []

    def read():
        while not stop.is_set():
            seen.append(len(json.loads(progress.path.read_text(encoding="utf-8"))["long"]))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(30):
        progress.keep("long", "x" * (20_000 + number % 2))
    stop.set()
    reader.join()
    assert seen
    assert set(seen) <= {20_000, 20_001}


def test_a_folder_that_is_not_there(tmp_path):
    progress = Progress(tmp_path / "nowhere")
    assert progress.get("a") is None
    with pytest.raises(FileNotFoundError):
        progress.keep("a", 1)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user who can be refused")
def test_a_read_only_folder(progress):
    progress.keep("a", 1)
    progress.path.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(PermissionError):
            progress.keep("a", 2)
        assert progress.get("a") == 1
    finally:
        progress.path.parent.chmod(stat.S_IRWXU)


def test_an_unreadable_file_in_a_read_only_folder_does_not_stop_the_chapter(progress, monkeypatch):
    progress.path.write_bytes(b"{")

    def refuse(*_):
        raise PermissionError("read-only")

    monkeypatch.setattr(os, "replace", refuse)
    assert progress.get("a") is None
    assert progress.path.read_bytes() == b"{"
