"""The learner's folder: nothing that the learner wrote is ever lost."""

import errno
import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.course import lab
from workbook.course.lab import FolderError, copy_chapters


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "shipped"
    release(folder, {"01_a.ipynb": b"a1", "02_b.ipynb": b"b1", "pictures/c.svg": b"c1"})
    return folder


@pytest.fixture
def target(tmp_path):
    return tmp_path / "mine"


def release(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != lab.MANIFEST
    }


def test_an_empty_folder_is_filled(source, target):
    report = copy_chapters(source, target)
    assert contents(target) == contents(source)
    assert report.added == ["01_a.ipynb", "02_b.ipynb", "pictures/c.svg"]
    assert "New: 01_a.ipynb, 02_b.ipynb, pictures/c.svg" in str(report)


def test_a_second_run_changes_nothing(source, target):
    copy_chapters(source, target)
    before = contents(target)
    report = copy_chapters(source, target)
    assert contents(target) == before
    assert report.unchanged == list(before)
    assert str(report) == f"Your chapters are in {target}"


def test_what_is_hidden_or_left_behind_by_tools_is_not_shipped(source, target):
    release(source, {".ipynb_checkpoints/x": b"", "__pycache__/y": b"", ".z": b""})
    copy_chapters(source, target)
    assert list(contents(target)) == ["01_a.ipynb", "02_b.ipynb", "pictures/c.svg"]


def test_an_untouched_chapter_is_brought_up_to_date(source, target):
    copy_chapters(source, target)
    release(source, {"01_a.ipynb": b"a2"})
    report = copy_chapters(source, target)
    assert (target / "01_a.ipynb").read_bytes() == b"a2"
    assert report.updated == ["01_a.ipynb"]


def test_a_changed_chapter_is_kept(source, target):
    copy_chapters(source, target)
    (target / "01_a.ipynb").write_bytes(b"my work")
    report = copy_chapters(source, target)
    assert (target / "01_a.ipynb").read_bytes() == b"my work"
    assert report.kept == ["01_a.ipynb"]
    assert not report.beside


def test_a_changed_chapter_gets_the_new_version_beside_it_once(source, target):
    copy_chapters(source, target)
    (target / "01_a.ipynb").write_bytes(b"my work")
    release(source, {"01_a.ipynb": b"a2"})
    report = copy_chapters(source, target)
    assert report.beside == {"01_a.ipynb": "01_a.new.ipynb"}
    assert "it lies beside it as 01_a.new.ipynb" in str(report)
    assert (target / "01_a.ipynb").read_bytes() == b"my work"
    assert (target / "01_a.new.ipynb").read_bytes() == b"a2"
    assert copy_chapters(source, target).beside == {}


def test_a_new_version_that_the_learner_works_in_is_the_learners_too(source, target):
    copy_chapters(source, target)
    (target / "01_a.ipynb").write_bytes(b"my work")
    release(source, {"01_a.ipynb": b"a2"})
    copy_chapters(source, target)
    release(source, {"01_a.ipynb": b"a3"})
    assert copy_chapters(source, target).beside == {"01_a.ipynb": "01_a.new.ipynb"}
    (target / "01_a.new.ipynb").write_bytes(b"more work")
    release(source, {"01_a.ipynb": b"a4"})
    assert copy_chapters(source, target).beside == {"01_a.ipynb": "01_a.new2.ipynb"}
    assert (target / "01_a.new.ipynb").read_bytes() == b"more work"


def test_a_deleted_chapter_comes_back_fresh(source, target):
    copy_chapters(source, target)
    (target / "02_b.ipynb").unlink()
    assert copy_chapters(source, target).restored == ["02_b.ipynb"]
    assert (target / "02_b.ipynb").read_bytes() == b"b1"


MANIFESTS = [b"", b"{", b"[]", b'{"shipped": 3}', b'{"shipped": {"01_a.ipynb": 3}}', b"\xff\xfe\x00"]
MANIFESTS += [b"[" * 100_000, b'{"shipped": ' + b'{"a": ' * 100_000]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda content: repr(content[:32]))
def test_without_a_readable_manifest_what_differs_is_the_learners(source, target, manifest):
    copy_chapters(source, target)
    (target / "01_a.ipynb").write_bytes(b"my work")
    (target / lab.MANIFEST).write_bytes(manifest)
    report = copy_chapters(source, target)
    assert (target / "01_a.ipynb").read_bytes() == b"my work"
    assert report.beside == {"01_a.ipynb": "01_a.new.ipynb"}
    assert json.loads((target / lab.MANIFEST).read_bytes())["shipped"].keys() >= contents(source).keys()


SHIPPED = st.sampled_from(["01_a.ipynb", "02_b.ipynb"])
PRESENT = st.sampled_from(["01_a.ipynb", "02_b.ipynb", "01_a.new.ipynb", "01_a.new2.ipynb", "notes.txt"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("release"), SHIPPED, st.integers(0, 4)),
        st.tuples(st.just("edit"), PRESENT, st.integers(0, 4)),
        st.tuples(st.sampled_from(["delete", "lose the manifest", "start"]), PRESENT, st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(steps=STEPS)
def test_no_sequence_of_edits_and_releases_loses_what_the_learner_wrote(steps):
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "shipped"), Path(folder, "mine")
        release(source, {"01_a.ipynb": b"release 0"})
        written, manifest_lost = {}, False
        for what, name, number in [*steps, ("start", "", 0)]:
            if what == "release":
                release(source, {name: f"release {number}".encode()})
            elif what == "edit":
                written[name] = f"learner {number}".encode()
                release(target, {name: written[name]})
            elif what == "delete":
                (target / name).unlink(missing_ok=True)
                written.pop(name, None)
            elif what == "lose the manifest":
                (target / lab.MANIFEST).unlink(missing_ok=True)
                manifest_lost = True
            else:
                copy_chapters(source, target)
                present = contents(target)
                assert {name: present.get(name) for name in written} == written
                untouched = contents(source).keys() - written.keys()
                assert untouched <= present.keys()
                if not manifest_lost:
                    assert all(present[name] == contents(source)[name] for name in untouched)


def test_a_copy_that_was_interrupted_is_completed(source, target, monkeypatch):
    replace = os.replace

    def disk_full(part, path):
        if path.name == "02_b.ipynb":
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(part, path)

    monkeypatch.setattr(os, "replace", disk_full)
    with pytest.raises(FolderError, match=r"could not be copied to .*mine: the disk is full\.$"):
        copy_chapters(source, target)
    assert contents(target) == {"01_a.ipynb": b"a1"}
    monkeypatch.undo()
    release(source, {"01_a.ipynb": b"a2"})
    assert copy_chapters(source, target).updated == ["01_a.ipynb"]
    assert contents(target) == contents(source)


def test_a_file_instead_of_a_folder(source, target):
    target.write_text("a file")
    with pytest.raises(FolderError, match="mine is a file: please choose a folder"):
        copy_chapters(source, target)
    with pytest.raises(FolderError, match="part of that path is a file"):
        copy_chapters(source, target / "deeper")


def test_a_name_that_is_too_long(source, tmp_path):
    for name in ("n" * 300, "deeper/" + "n" * 300, "m/" * 3000):
        with pytest.raises(FolderError, match=r"could not be copied to .*: that name is too long\.$"):
            copy_chapters(source, tmp_path / name)


@pytest.mark.skipif(os.name == "nt", reason="not everybody may make links")
def test_links_that_lead_round_in_a_circle(source, target):
    target.symlink_to(target.with_name("other"))
    target.with_name("other").symlink_to(target)
    for folder in (target, target / "deeper"):
        with pytest.raises(FolderError, match=r"mine.*: the links there lead round in a circle\.$"):
            copy_chapters(source, folder)
    assert target.is_symlink()


@pytest.mark.skipif(os.name == "nt", reason="Windows takes any name for somebody's")
def test_the_home_of_nobody(source):
    for act in (lambda folder: copy_chapters(source, folder), lab.open_lab):
        with pytest.raises(
            FolderError, match="There is no home folder ~nosuchuser here: please name another"
        ):
            act("~nosuchuser/x")


def test_a_folder_without_a_name(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FolderError, match="That is no name for a folder, it is empty"):
        copy_chapters(source, "")
    assert [path.name for path in tmp_path.iterdir()] == ["shipped"]
    assert copy_chapters(source, ".").folder == Path.cwd()


@pytest.mark.skipif(os.name == "nt", reason="not everybody may make links")
def test_a_folder_and_a_chapter_that_are_links_stay_links(source, target, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    target.symlink_to("elsewhere")
    copy_chapters(source, target)
    (target / "01_a.ipynb").rename(tmp_path / "my a")
    (target / "01_a.ipynb").symlink_to("../my a")
    release(source, {"01_a.ipynb": b"a2"})
    assert copy_chapters(source, target).updated == ["01_a.ipynb"]
    assert (tmp_path / "my a").read_bytes() == b"a2"
    assert (target / "01_a.ipynb").is_symlink()
    assert target.is_symlink()


NO_CHAPTERS = [
    b'{"cells": ["code"]}',
    b'{"cells": [{"cell_type": "code"}]}',
    b'{"cells": [{"cell_type": "code", "source": [1]}]}',
    b'{"cells": [{"cell_type": "code", "source": "\\ud800"}]}',
    b'{"cells": ' + b"[" * 100_000,
]


@pytest.mark.parametrize("content", NO_CHAPTERS, ids=lambda content: repr(content[:60]))
def test_what_is_shipped_and_no_chapter_is_copied_as_it_is(source, target, content):
    release(source, {"01_a.ipynb": content})
    copy_chapters(source, target)
    assert contents(target) == contents(source)


def test_a_folder_in_the_way_of_a_chapter(source, target):
    (target / "01_a.ipynb").mkdir(parents=True)
    with pytest.raises(FolderError, match=r"a folder of that name is in the way|may not write"):
        copy_chapters(source, target)


def test_a_file_in_the_way_of_a_folder(source, target):
    release(target, {"pictures": b"mine"})
    with pytest.raises(FolderError, match="a file of that name is in the way"):
        copy_chapters(source, target)
    assert (target / "pictures").read_bytes() == b"mine"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may write anywhere"
)
def test_a_folder_that_may_not_be_written(source, target):
    target.mkdir(mode=0o500)
    with pytest.raises(FolderError, match="you may not write there"):
        copy_chapters(source, target)


def test_the_chapters_themselves_are_not_a_learners_folder(source):
    for folder in (source, source / "mine"):
        with pytest.raises(FolderError, match="please choose another folder"):
            copy_chapters(source, folder)
