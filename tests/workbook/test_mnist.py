"""MNIST: finding it, reading it, and downloading it from a server of our own on this machine."""

import gzip
import hashlib
import struct
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from workbook.data import mnist

NAMES = list(mnist.FILES)


def content(name, count=3):
    """A small file of the same kind."""
    shape = (count, 28, 28) if "images" in name else (count,)
    body = (np.arange(np.prod(shape)) % 10).astype(np.uint8).tobytes()
    return bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + body


@pytest.fixture
def small(monkeypatch):
    """The same four files, with three pictures each."""
    files = {name: hashlib.sha256(content(name)).hexdigest() for name in NAMES}
    monkeypatch.setattr(mnist, "FILES", files)


class Mirror:
    """A server that serves some files, and counts what it is asked for."""

    def __init__(self, files):
        self.files, self.asked = files, []
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                mirror.asked.append(self.path.strip("/"))
                served = mirror.files.get(mirror.asked[-1])
                self.send_response(200 if served is not None else 404)
                self.send_header("Content-Length", str(len(served or b"")))
                self.end_headers()
                self.wfile.write(served or b"")

            def log_message(self, *_):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def mirrors(monkeypatch, small):
    """Start mirrors that serve these files; they stand in for the real ones."""
    pytest.importorskip("pooch")
    started = []

    def start(*served):
        started.extend(Mirror(files) for files in served)
        monkeypatch.setattr(mnist, "MIRRORS", tuple(mirror.address for mirror in started))
        return started

    yield start
    for mirror in started:
        mirror.close()


def packed(names=NAMES):
    return {f"{name}.gz": gzip.compress(content(name)) for name in names}


def test_it_downloads_all_four(tmp_path, mirrors):
    (mirror,) = mirrors(packed())
    folder = mnist.download(tmp_path / "deep" / "down")
    assert sorted(path.name for path in folder.iterdir()) == sorted(packed())
    assert mirror.asked == list(packed())


def test_a_second_run_fetches_only_what_is_missing_or_broken(tmp_path, mirrors):
    (mirror,) = mirrors(packed())
    mnist.download(tmp_path)
    (tmp_path / f"{NAMES[1]}.gz").unlink()
    (tmp_path / f"{NAMES[2]}.gz").write_bytes(packed()[f"{NAMES[2]}.gz"][:-9])
    mirror.asked.clear()
    mnist.download(tmp_path)
    assert mirror.asked == [f"{NAMES[1]}.gz", f"{NAMES[2]}.gz"]
    mirror.asked.clear()
    mnist.download(tmp_path)
    assert mirror.asked == []


def test_a_bare_file_counts_and_a_broken_one_gives_way(tmp_path, mirrors):
    (mirror,) = mirrors(packed())
    (tmp_path / NAMES[0]).write_bytes(content(NAMES[0]))
    (tmp_path / NAMES[1]).write_bytes(b"nonsense")
    mnist.download(tmp_path)
    assert mirror.asked == [f"{name}.gz" for name in NAMES[1:]]
    assert not (tmp_path / NAMES[1]).exists()


def test_the_next_mirror_helps_out(tmp_path, mirrors):
    wrong = packed() | {f"{NAMES[1]}.gz": gzip.compress(b"something else")}
    del wrong[f"{NAMES[0]}.gz"]
    first, second = mirrors(wrong, packed())
    mnist.download(tmp_path)
    assert first.asked == list(packed())
    assert second.asked == [f"{NAMES[0]}.gz", f"{NAMES[1]}.gz"]
    assert mnist._sound(tmp_path / f"{NAMES[1]}.gz", mnist.FILES[NAMES[1]])


def test_nobody_has_it(tmp_path, mirrors):
    first, second = mirrors(packed(NAMES[:2]), packed(NAMES[:2]) | {f"{NAMES[2]}.gz": b"not gzip"})
    with pytest.raises(mnist.DownloadError) as failed:
        mnist.download(tmp_path)
    said = str(failed.value)
    assert f"{NAMES[2]} could not be downloaded" in said
    assert f"{first.address}: it answered with status 404" in said
    assert f"{second.address}: what it sent is not the file" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(packed(NAMES[:2]))


def test_offline(tmp_path, mirrors):
    for mirror in mirrors({}, {}):
        mirror.close()
    with pytest.raises(
        mnist.DownloadError, match=r"(?s)Is this computer online\?.*no answer \(ConnectionError\)"
    ) as e:
        mnist.download(tmp_path)
    assert "WORKBOOK_MNIST" in str(e.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be(tmp_path, mirrors):
    mirrors(packed())
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(mnist.DownloadError, match=r"MNIST cannot be put into .*file"):
        mnist.download(tmp_path / "file")


def test_progress_is_one_line_on_a_terminal_and_nothing_elsewhere(capsys, monkeypatch):
    progress = mnist._Progress("train")
    progress.total = 200
    progress.update(50)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress.update(50)
    assert capsys.readouterr().err == "\rtrain:  50%"


def test_the_real_names_and_mirrors():
    assert len(mnist.MIRRORS) == 2
    assert all(address.startswith("https://") and "mnist" in address for address in mnist.MIRRORS)
    assert [len(digest) for digest in mnist.FILES.values()] == [64] * 4


def test_finding_it(tmp_path, monkeypatch):
    monkeypatch.setenv(mnist.FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(ValueError, match=f"names {tmp_path}, which lacks train-images-idx3-ubyte"):
        mnist.find()
    for name in NAMES[:2]:
        (tmp_path / name).touch()
    for name in NAMES[2:]:
        (tmp_path / f"{name}.gz").touch()
    assert mnist.find() == tmp_path


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder, and a cache that lies elsewhere, as on Windows and macOS."""
    monkeypatch.delenv(mnist.FOLDER_VARIABLE, raising=False)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name, appauthor: tmp_path / "caches" / name)
    return tmp_path / "home"


def fill(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        (folder / f"{name}.gz").touch()


def test_without_the_variable_it_lies_in_the_users_cache_or_nowhere(tmp_path, home):
    assert mnist.find() is None
    assert mnist.standard_folder() == tmp_path / "caches" / "workbook" / "mnist"
    fill(mnist.standard_folder())
    assert mnist.find() == mnist.standard_folder()


def test_it_is_still_found_where_it_used_to_be(tmp_path, home):
    before = home / ".cache" / "workbook" / "mnist"
    fill(before)
    assert mnist.find() == mnist.standard_folder() == before
    (before / f"{NAMES[3]}.gz").unlink()
    assert mnist.find() is None
    assert mnist.standard_folder().is_relative_to(tmp_path / "caches")


def test_the_cache_is_the_systems_own(monkeypatch):
    from platformdirs import user_cache_path

    monkeypatch.delenv(mnist.FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(mnist, "_missing", lambda folder: NAMES)
    assert mnist.standard_folder() == user_cache_path("workbook", appauthor=False) / "mnist"


def test_a_tilde_is_the_home_folder(home, mirrors, monkeypatch):
    mirrors(packed())
    assert mnist.download("~/mine") == home / "mine"
    assert sorted(path.name for path in (home / "mine").iterdir()) == sorted(packed())
    monkeypatch.setenv(mnist.FOLDER_VARIABLE, "~/mine")
    assert mnist.find() == home / "mine"


@pytest.mark.parametrize("ask", [mnist.download, mnist.load])
def test_what_is_no_name_for_a_folder(ask):
    with pytest.raises(ValueError, match="the name of the folder for MNIST is empty"):
        ask("")
    with pytest.raises(ValueError, match="there is no home folder ~nobody-of-that-name here"):
        ask("~nobody-of-that-name/mnist")


def test_names_that_no_system_takes(tmp_path, monkeypatch):
    monkeypatch.setenv(mnist.FOLDER_VARIABLE, str(tmp_path / ("x" * 5000)))
    with pytest.raises(ValueError, match="which lacks train-images-idx3-ubyte"):
        mnist.find()
    with pytest.raises(mnist.DownloadError, match="MNIST cannot be put into"):
        mnist.download()


def test_reading_refuses_what_is_missing_or_of_another_size(tmp_path, small):
    with pytest.raises(ValueError, match="lacks train-images-idx3-ubyte; try `workbook mnist`"):
        mnist.load(tmp_path)
    for name in NAMES:
        (tmp_path / name).write_bytes(content(name))
    with pytest.raises(ValueError, match="holds 3 x 28 x 28 numbers, expected 60000 x 28 x 28"):
        mnist.load(tmp_path)


def test_nobody_waits_for_pooch_but_who_downloads():
    code = "import sys, workbook.data.mnist; print({'pooch', 'requests', 'platformdirs'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
