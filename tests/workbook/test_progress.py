"""Progress: kept whole, set aside when broken, and never lost."""

import errno
import itertools
import json
import os
import re
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from workbook.course import progress as module
from workbook.course.progress import NAME, Progress

LOCK = f".{NAME}.lock"


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
    progress.keep("a", 1, right=True, confidence="sure")
    text = progress.path.read_text(encoding="utf-8")
    assert re.sub(r"20..-..-..T..:..:..[+]00:00", "now", text) == (
        '{\n "a": [\n  {\n   "answer": 1,\n   "at": "now",\n   "confidence": "sure",\n'
        '   "right": true\n  }\n ],\n'
        ' "b": [\n  {\n   "answer": "½",\n   "at": "now"\n  }\n ]\n}'
    )


def test_a_right_answer_is_not_lost_to_a_later_try(progress):
    for answer, right in (("5", False), ("100", True), ("5000", False)):
        progress.keep("c/q", answer, right)
    assert progress.best("c/q")[:2] == ("100", True)
    assert [one[:2] for one in progress.all()["c/q"]] == [("5", False), ("100", True), ("5000", False)]


def test_the_same_answer_again_is_no_new_try_and_completes_it(progress):
    progress.keep("c/q", "two", confidence="think so")
    first = progress.best("c/q")
    assert first.right is None
    progress.keep("c/q", "two", right=False)
    progress.keep("c/q", "two")
    assert progress.all()["c/q"] == [first._replace(right=False)]


@pytest.mark.parametrize("kept", ["two", 3, True, None, ["one"], [], {"row": "option"}, [{"x": 1}]])
def test_a_file_of_an_older_version_is_read_and_kept(progress, kept):
    progress.path.write_text(json.dumps({"c/q": kept}))
    assert progress.best("c/q") == (kept, None, None, None)
    progress.keep("c/q", "new", right=True)
    assert [one.answer for one in progress.all()["c/q"]] == [kept, "new"]


def test_the_default_folder_is_the_one_where_the_chapter_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Progress().keep("a", 1)
    assert (tmp_path / NAME).is_file()
    assert Progress("").path == Progress(Path.cwd()).path


def others(progress):
    """What lies in the folder beside the answers: name -> content; the lock, which nobody sees, left out."""
    paths = [path for path in progress.path.parent.iterdir() if path.name not in (NAME, LOCK)]
    return {path.name: path.read_bytes() if path.is_file() else None for path in paths}


UNREADABLE = [
    b"",
    b"{",
    b"[1, 2]",
    b"3",
    b"null",
    b'{"a": 1',
    b"\xff\xfe\x00",
    b'"text"',
    b"\x00" * 100,
    b'{"a": "\xe9"}',
    b"\x89PNG\r\n\x1a\n",
    b"[" * 100_000,
    b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"a": ' + b"9" * 5000 + b"}",
]


@pytest.mark.parametrize("content", UNREADABLE, ids=lambda content: repr(content[:12]))
def test_an_unreadable_file_is_set_aside(progress, content):
    progress.path.write_bytes(content)
    assert progress.get("a") is None
    assert progress.path.read_bytes() == content, "reading moves nothing"
    progress.keep("a", 1)
    progress.keep("b", 2)
    assert (progress.get("a"), progress.get("b")) == (1, 2)
    assert others(progress) == {"workbook-progress.unreadable-1.json": content}


def test_a_second_unreadable_file_does_not_replace_the_first(progress):
    for content in (b"first", b"second", b"third"):
        progress.path.write_bytes(content)
        progress.keep("a", 1)
    names = [f"workbook-progress.unreadable-{number}.json" for number in (1, 2, 3)]
    assert others(progress) == dict(zip(names, [b"first", b"second", b"third"], strict=True))


@pytest.mark.parametrize("depth", [100, 600, 900, 1500])
def test_deep_answers_never_stop_the_next(progress, depth):
    content = b'{"deep": ' + b"[" * depth + b"]" * depth + b"}"
    progress.path.write_bytes(content)
    progress.keep("a", 1)
    assert progress.get("a") == 1
    assert progress.get("deep") is not None or list(others(progress).values()) == [content]


def test_what_can_be_read_but_not_written_again_is_set_aside_too(progress, monkeypatch):
    """From Python 3.12 on, JSON is read to a greater depth than it is written."""
    deep = []
    for _ in range(100_000):
        deep = [deep]
    progress.path.write_bytes(b"deep")
    with monkeypatch.context() as patch:
        patch.setattr(json, "loads", lambda _: {"deep": deep})
        progress.keep("a", 1)
    assert progress.get("a") == 1
    assert list(others(progress).values()) == [b"deep"]


def test_a_folder_in_the_place_of_the_file(progress):
    (progress.path / "inside").mkdir(parents=True)
    assert progress.get("a") is None
    progress.keep("a", 1)
    assert progress.get("a") == 1
    assert (progress.path.parent / "workbook-progress.unreadable-1.json" / "inside").is_dir()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_in_the_place_of_the_file_stops_nobody(progress):
    os.mkfifo(progress.path)
    assert progress.get("a") is None
    progress.keep("a", 1)
    assert progress.get("a") == 1


def test_a_file_that_may_not_be_read(progress, monkeypatch):
    progress.path.write_bytes(b'{"theirs": 1}')

    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        patch.setattr("workbook.course.files.BUSY_FOR", 0)
        assert progress.get("theirs") is None
        progress.keep("a", 1)
    assert progress.get("a") == 1
    assert list(others(progress).values()) == [b'{"theirs": 1}']


def test_a_file_that_is_busy_for_a_moment_is_read(progress, monkeypatch):
    """As on Windows, while another chapter replaces it."""
    progress.keep("a", 1)
    refusals, read = [1, 2, 3], Path.read_bytes

    def busy(path):
        if refusals:
            refusals.pop()
            raise PermissionError(errno.EACCES, "Access is denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", busy)
    monkeypatch.setattr("workbook.course.files.BUSY_FOR", 60)
    assert progress.get("a") == 1


def test_a_disk_that_fails_to_read_is_no_reason_to_begin_anew(progress, monkeypatch):
    progress.keep("a", 1)

    def fail(*_):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", fail)
        assert progress.get("a") is None
        with pytest.raises(OSError, match=f"{NAME} cannot be written: Input/output error$"):
            progress.keep("b", 2)
    assert progress.get("a") == 1
    assert others(progress) == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_an_editor_may_have_saved_it(progress, encoding):
    progress.path.write_bytes('{"a": "½ → 𝛿"}\r\n'.encode(encoding))
    assert progress.get("a") == "½ → 𝛿"
    progress.keep("b", 2)
    progress.path.read_text(encoding="utf-8")
    assert (progress.get("a"), progress.get("b")) == ("½ → 𝛿", 2)


HALF = "half \ud83d of a pair"


@pytest.mark.parametrize("raw", [json.dumps({"a": HALF}).encode(), b'{"a": "half \xed\xa0\xbd of a pair"}'])
def test_half_a_character_stops_nothing(progress, raw):
    progress.path.write_bytes(raw)
    progress.keep("b", 2)
    progress.keep(HALF, "\\" + HALF + "\udfff")
    assert progress.get("a") == HALF
    assert progress.get(HALF) == "\\" + HALF + "\udfff"
    progress.path.read_text(encoding="utf-8")
    assert others(progress) == {}


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
def test_the_mode_is_kept_and_a_new_file_has_the_usual_one(progress):
    before = os.umask(0o027)
    try:
        progress.keep("a", 1)
        assert stat.S_IMODE(progress.path.stat().st_mode) == 0o640
        progress.path.chmod(0o644)
        progress.keep("a", 2)
        assert stat.S_IMODE(progress.path.stat().st_mode) == 0o644
    finally:
        os.umask(before)


@pytest.mark.skipif(os.name == "nt", reason="not everybody may make links")
def test_a_link_stays_a_link_and_all_who_share_the_file_share_the_lock(progress, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    progress.path.symlink_to(elsewhere / "answers.json")
    progress.keep("a", 1)
    progress.keep("b", 2)
    assert progress.path.is_symlink()
    assert set(json.loads((elsewhere / "answers.json").read_bytes())) == {"a", "b"}
    assert (progress.get("a"), progress.get("b")) == (1, 2)
    with module._alone(elsewhere / "answers.json"), monkeypatch.context() as patch:
        patch.setattr(module, "WAIT", 0.1)
        with pytest.raises(TimeoutError, match="another chapter"):
            progress.keep("a", 2)
    (elsewhere / "answers.json").write_bytes(b"{")
    progress.keep("a", 3)
    assert progress.get("a") == 3
    assert (elsewhere / "answers.unreadable-1.json").read_bytes() == b"{"
    assert progress.path.is_symlink()


@pytest.mark.skipif(os.name == "nt", reason="not everybody may make links")
def test_links_that_lead_round_in_a_circle(progress):
    progress.path.symlink_to(progress.path)
    assert progress.get("a") is None
    with pytest.raises(OSError, match=r"cannot be written: the links there lead round in a circle$"):
        progress.keep("a", 1)
    assert progress.path.is_symlink()


def test_no_part_files_remain(progress):
    progress.keep("a", 1)
    with pytest.raises(TypeError):
        progress.keep("b", object())
    assert others(progress) == {}
    assert progress.get("a") == 1


@pytest.mark.parametrize("answer", [object(), {"x": {1}}, float])
def test_what_json_cannot_hold_is_refused_before_anything_is_touched(progress, answer):
    progress.path.write_bytes(b"unreadable")
    with pytest.raises(TypeError, match="not JSON serializable"):
        progress.keep("b", answer)
    assert progress.path.read_bytes() == b"unreadable"
    assert others(progress) == {}


@pytest.mark.parametrize("moment", ["replace", "fsync"])
def test_a_crash_while_writing_leaves_the_old_answers(progress, monkeypatch, moment):
    progress.keep("a", 1)

    def crash(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, moment, crash)
        with pytest.raises(OSError, match=f"{NAME} cannot be written: the disk is full$"):
            progress.keep("a", 2)
    assert progress.get("a") == 1
    assert others(progress) == {}


def test_the_file_is_never_seen_half_written(progress):
    """A reader beside a writer sees whole files only: the old one or the new one."""
    progress.keep("long", "x" * 20_000)
    stop, seen = threading.Event(), []

    def read():
        while not stop.is_set():
            tries = json.loads(progress.path.read_text(encoding="utf-8"))["long"]
            seen.append(len(tries[-1]["answer"]))

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
    with pytest.raises(FileNotFoundError, match=r"cannot be written: that folder is not there$"):
        progress.keep("a", 1)
    assert not progress.path.parent.exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user who can be refused")
def test_a_read_only_folder(progress):
    progress.keep("a", 1)
    progress.path.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(PermissionError, match=r"cannot be written: you may not write there$"):
            progress.keep("a", 2)
        assert progress.get("a") == 1
    finally:
        progress.path.parent.chmod(stat.S_IRWXU)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user who can be refused")
def test_a_file_of_a_mode_that_lets_nobody_read(progress):
    progress.keep("a", 1)
    progress.path.chmod(0)
    assert progress.get("a") is None
    progress.keep("b", 2)
    assert progress.get("b") == 2
    (aside,) = progress.path.parent.glob("*.unreadable-1.json")
    aside.chmod(0o600)
    assert json.loads(aside.read_bytes()) == {"a": 1}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "you may not write there"),
        (OSError(errno.EROFS, "Read-only file system"), "that disk can only be read"),
        (OSError(errno.ENOLCK, "No locks available"), "No locks available"),
        (NotImplementedError("flock"), "that disk cannot lock files"),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("content", [b'{"a": 1}', b"{"])
def test_where_no_lock_can_be_made_reading_works(progress, monkeypatch, error, said, content):
    progress.path.write_bytes(content)

    def refuse(*_, **__):
        raise error

    monkeypatch.setattr(module, "FileLock", refuse)
    assert progress.get("a") == (1 if content != b"{" else None)
    with pytest.raises(OSError, match=f"{NAME} cannot be written: {said}$"):
        progress.keep("a", 2)
    assert progress.path.read_bytes() == content
    assert others(progress) == {}


def test_a_folder_in_the_place_of_the_lock(progress, monkeypatch):
    progress.path.write_bytes(b'{"a": 1}')
    (progress.path.parent / LOCK).mkdir()
    monkeypatch.setattr(module, "WAIT", 0.2)
    with pytest.raises(OSError, match=str(NAME)):
        progress.keep("a", 2)
    assert progress.get("a") == 1


HOLD = """
import sys, time
from pathlib import Path
from workbook.course import progress
with progress._alone(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(progress):
    """A process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(progress.path)], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_waiting_for_another_chapter_ends(progress, monkeypatch, holder):
    progress.path.write_bytes(b'{"a": 1}')
    monkeypatch.setattr(module, "WAIT", 0.3)
    start = time.monotonic()
    with pytest.raises(OSError, match=r"another chapter has been writing .* for 0.3 seconds$"):
        progress.keep("a", 2)
    assert time.monotonic() - start >= 0.3
    assert progress.get("a") == 1


def test_a_chapter_that_was_killed_holds_nobody_up(progress, holder):
    holder.kill()
    holder.wait()
    assert (progress.path.parent / LOCK).exists()
    progress.keep("a", 1)
    assert progress.get("a") == 1


MANY = """
import sys, threading
from workbook.course.progress import Progress
folder, name, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
failed = []

def answer(thread):
    try:
        for number in range(100 // threads):
            Progress(folder).keep(f"{name}/{thread}/{number}", number)
    except BaseException as error:
        failed.append(error)

print("ready", flush=True)
sys.stdin.readline()
workers = [threading.Thread(target=answer, args=[thread]) for thread in range(threads)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
sys.exit(repr(failed) if failed else 0)
"""


@pytest.mark.parametrize("threads", [1, 4])
def test_two_open_chapters_lose_no_answer(progress, threads):
    """Two processes of so many threads, 100 answers each."""
    chapters = [
        subprocess.Popen(
            [sys.executable, "-c", MANY, str(progress.path.parent), name, str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in "ab"
    ]
    for chapter in chapters:
        assert chapter.stdout.readline() == "ready\n"
    for chapter in chapters:
        chapter.stdin.write("go\n")
        chapter.stdin.flush()
    assert [(*chapter.communicate(timeout=100), chapter.returncode) for chapter in chapters] == [
        ("", "", 0)
    ] * 2
    assert {key: tries[0].answer for key, tries in progress.all().items()} == {
        f"{name}/{thread}/{number}": number
        for name in "ab"
        for thread in range(threads)
        for number in range(100 // threads)
    }
    assert others(progress) == {}


def test_the_threads_of_one_chapter_lose_no_answer(progress):
    def answer(thread):
        for number in range(25):
            progress.keep(f"{thread}/{number}", number)

    workers = [threading.Thread(target=answer, args=[thread]) for thread in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(json.loads(progress.path.read_bytes())) == 100


def test_who_waits_has_a_turn_soon(progress, monkeypatch):
    """On a slow disk, beside a chapter that writes again and again, nobody waits until it has done."""
    turns, fsync = [], os.fsync

    def slow(handle):
        turns.append(threading.current_thread())
        time.sleep(0.02)
        fsync(handle)

    def answer():
        for number in range(15):  # the same answer again would not be written
            progress.keep("key", [threading.get_ident(), number])

    monkeypatch.setattr(os, "fsync", slow)
    monkeypatch.setattr(module, "LOOK", 0.05)
    workers = [threading.Thread(target=answer) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert max(len(list(run)) for _, run in itertools.groupby(turns[:20])) < 8


def test_nothing_that_shows_is_left_in_the_folder(progress):
    progress.keep("a", 1)
    shown = [path.name for path in progress.path.parent.iterdir() if not path.name.startswith(".")]
    assert shown == [NAME]
