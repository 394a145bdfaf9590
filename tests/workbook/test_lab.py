"""The command that starts JupyterLab, and the extension that makes its server prompt."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from workbook.course import lab, lab_server
from workbook.course.lab import lab_command, lab_environment, open_lab


def test_the_command_line(tmp_path):
    command = lab_command(tmp_path, "01 why?.ipynb", ["--no-browser", "--port=9000"])
    assert command[:4] == [sys.executable, "-P", "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={tmp_path}" in command
    assert "--LabApp.default_url=/lab/tree/01%20why%3F.ipynb" in command
    assert command[-2:] == ["--no-browser", "--port=9000"]
    assert not any("default_url" in part for part in lab_command(tmp_path, None, []))


def test_our_settings_come_after_those_of_the_learner():
    settings_folder = str(lab.SETTINGS)
    assert lab_environment({})["JUPYTER_CONFIG_PATH"] == settings_folder
    environment = {"JUPYTER_CONFIG_PATH": "theirs", "HOME": "home"}
    joined = os.pathsep.join(["theirs", settings_folder])
    assert lab_environment(environment) == {"JUPYTER_CONFIG_PATH": joined, "HOME": "home"}
    assert environment["JUPYTER_CONFIG_PATH"] == "theirs"


def test_the_settings_are_where_jupyter_looks_for_them():
    for path in ("labconfig/default_setting_overrides.json", "jupyter_server_config.d/workbook.json"):
        assert json.loads((lab.SETTINGS / path).read_text())


@pytest.mark.parametrize("code", [0, 3])
def test_the_exit_code_is_passed_on(monkeypatch, tmp_path, code):
    monkeypatch.setattr(lab, "lab_command", lambda *_: [sys.executable, "-c", f"raise SystemExit({code})"])
    assert open_lab(tmp_path, None, []) == code


@pytest.mark.skipif(os.name == "nt", reason="signals of a terminal")
def test_control_c_ends_quietly_and_is_told(tmp_path):
    (tmp_path / "jupyterlab.py").write_text(
        "import signal, sys, time\n"
        "signal.signal(signal.SIGINT, lambda *_: sys.exit(0))\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    # The tests themselves may run in the background, where a shell lets every process ignore Ctrl-C.
    start = (
        "import signal, sys; from workbook.course.lab import open_lab\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.exit(open_lab(sys.argv[1]))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    process = subprocess.Popen(
        [sys.executable, "-c", start, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    assert process.stdout.readline() == "ready\n"
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=20)
    assert (process.returncode, output, errors) == (130, "", "")


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_jupyterlab_that_was_killed(monkeypatch, tmp_path):
    killed = [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    monkeypatch.setattr(lab, "lab_command", lambda *_: killed)
    assert open_lab(tmp_path) == 128 + 9


def test_without_jupyterlab_a_sentence_says_what_to_do(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(lab, "find_spec", lambda name: None)
    assert open_lab(tmp_path) == 1
    assert "JupyterLab is not installed" in capsys.readouterr().err


def test_the_module_is_light():
    loaded = "import sys, workbook.course.lab, workbook.course.lab_server; print(*sys.modules)"
    names = subprocess.run(
        [sys.executable, "-c", loaded],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(lab.__file__).parents[1])},
    ).stdout.split()
    assert not {"jupyterlab", "jupyter_server", "tornado", "traitlets", "matplotlib", "IPython"} & set(names)


class FakeServer:
    def __init__(self, **settings):
        self.web_app = self
        self.settings = settings


class FakeConnection:
    websocket_handler = None

    def connect(self):
        return "connected"


def test_messages_of_the_kernel_leave_at_once():
    calls = []

    class Handler:
        set_nodelay = staticmethod(calls.append)

    server = FakeServer(kernel_websocket_connection_class=FakeConnection)
    lab_server._load_jupyter_server_extension(server)
    connection = server.settings["kernel_websocket_connection_class"]()
    connection.websocket_handler = Handler
    assert isinstance(connection, FakeConnection)
    assert connection.connect() == "connected"
    assert calls == [True]


def test_another_server_stays_as_it_is():
    for server in (FakeServer(), FakeServer(kernel_websocket_connection_class=None)):
        before = dict(server.settings)
        lab_server._load_jupyter_server_extension(server)
        assert server.settings == before
    connection = lab_server.connection_without_delay(FakeConnection)()
    assert connection.connect() == "connected"


def test_the_server_has_what_the_extension_builds_on():
    from jupyter_server.services.kernels.connection.channels import (
        ZMQChannelsWebsocketConnection as Connection,
    )
    from jupyter_server.services.kernels.websocket import KernelWebsocketHandler as Handler

    assert (
        "kernel_websocket_connection_class"
        in Handler.kernel_websocket_connection_class.fget.__code__.co_consts
    )
    assert callable(Connection.connect)
    assert Connection.websocket_handler.klass is Handler
    assert callable(Handler.set_nodelay)
