"""The contents manager of `workbook lab`, with a server that is made up and kernels that are real."""

import asyncio
import copy
import json
from contextlib import suppress
from types import SimpleNamespace

import nbformat
import pytest
from jupyter_client import AsyncKernelManager
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager, LargeFileManager
from traitlets.config import LoggingConfigurable

from workbook.course import contents, lab_server
from workbook.course.coming_back import WIDGET_VIEW
from workbook.course.contents import chapter_contents, widgets_of

SHOW = "import comm; comm.create_comm(target_name='jupyter.widget', comm_id='alive')"
WORK = "from tornado.ioloop import IOLoop; import time; IOLoop.current().call_later(1, time.sleep, 30)"


class Server(LoggingConfigurable):
    """Has sessions and kernels as a JupyterLab server has."""

    def __init__(self, sessions=(), kernels=None):
        super().__init__()
        self.sessions, self.kernels = list(sessions), kernels or {}
        self.session_manager = SimpleNamespace(list_sessions=self.list_sessions)
        self.kernel_manager = SimpleNamespace(get_kernel=self.kernels.__getitem__)

    async def list_sessions(self):
        return self.sessions


def write(folder, *models, name="n.ipynb"):
    outputs = [
        nbformat.v4.new_output(
            "display_data", {WIDGET_VIEW: {"model_id": model}, "text/plain": f"Panel({model})"}
        )
        for model in models
    ]
    cell = nbformat.v4.new_code_cell("panel", outputs=outputs)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / name)


def manager(folder, server=None):
    return chapter_contents(AsyncLargeFileManager)(root_dir=str(folder), parent=server or Server())


def models(notebook):
    """The widgets that a notebook shows."""
    outputs = notebook["cells"][0]["outputs"]
    return [output["data"][WIDGET_VIEW]["model_id"] for output in outputs if WIDGET_VIEW in output["data"]]


def got(folder, server=None, path="n.ipynb"):
    return models(asyncio.run(manager(folder, server).get(path))["content"])


def session(path="n.ipynb", kernel="k"):
    return {"path": path, "kernel": {"id": kernel}}


def test_without_a_session_no_widget_is_shown_and_the_file_stays_as_it_is(tmp_path):
    write(tmp_path, "m1")
    before = (tmp_path / "n.ipynb").read_bytes()
    assert got(tmp_path) == []
    assert got(tmp_path, Server([session("other.ipynb")])) == []
    assert (tmp_path / "n.ipynb").read_bytes() == before


@pytest.mark.parametrize(
    ("living", "left"), [({"m1", "m2"}, ["m1", "m2"]), ({"m2"}, ["m2"]), (set(), []), (None, ["m1", "m2"])]
)
def test_with_a_session_the_kernel_says_which_widgets_live(tmp_path, monkeypatch, living, left):
    async def asked(kernel):
        if living is None:
            raise TimeoutError
        return living

    monkeypatch.setattr(contents, "widgets_of", asked)
    write(tmp_path, "m1", "m2")
    assert got(tmp_path, Server([session("/n.ipynb")], {"k": "a kernel"})) == left


def test_a_server_of_another_make_leaves_the_notebook_as_it_is(tmp_path):
    write(tmp_path, "m1")
    server = Server()
    del server.session_manager
    assert got(tmp_path, server) == ["m1"]


def test_saving_what_was_shown_keeps_nothing_that_was_added(tmp_path):
    write(tmp_path, "m1")
    ours = manager(tmp_path)
    model = asyncio.run(ours.get("n.ipynb"))
    data = model["content"]["cells"][0]["outputs"][0]["data"]
    data["text/html"] = "<p>mine</p><!-- workbook: only shown -->more<!-- workbook: end -->"
    sent = json.loads(json.dumps({"type": "notebook", "format": "json", "content": model["content"]}))
    asyncio.run(ours.save(copy.deepcopy(sent), "n.ipynb"))
    saved = nbformat.read(tmp_path / "n.ipynb", 4)
    assert saved["cells"][0]["outputs"][0]["data"] == {"text/html": "<p>mine</p>", "text/plain": "Panel(m1)"}


def test_other_files_and_folders_are_read_and_written_as_ever(tmp_path):
    ours = manager(tmp_path)
    asyncio.run(ours.save({"type": "file", "format": "text", "content": "x"}, "a.txt"))
    assert asyncio.run(ours.get("a.txt"))["content"] == "x"
    assert [entry["name"] for entry in asyncio.run(ours.get(""))["content"]] == ["a.txt"]
    write(tmp_path, "m1")
    assert asyncio.run(ours.get("n.ipynb", content=False))["content"] is None


def test_a_notebook_is_trusted_as_it_stands_in_its_file(tmp_path):
    write(tmp_path, "m1")
    ours = manager(tmp_path)
    ours.notary.data_dir = str(tmp_path / "trust")
    (tmp_path / "trust").mkdir()
    assert not ours.notary.check_signature(nbformat.read(tmp_path / "n.ipynb", 4))
    asyncio.run(ours.trust_notebook("n.ipynb"))
    assert ours.notary.check_signature(nbformat.read(tmp_path / "n.ipynb", 4))


def test_a_kernel_is_asked_for_its_widgets_also_while_it_works():
    async def ask():
        kernel = AsyncKernelManager(kernel_name="python3")
        await kernel.start_kernel(
            extra_arguments=[f"--IPKernelApp.exec_lines={line}" for line in (SHOW, WORK)]
        )
        try:
            async with asyncio.timeout(60):
                while True:
                    with suppress(TimeoutError):  # it is only starting
                        before = await widgets_of(kernel)
                        break
            await asyncio.sleep(2)
            return before, await widgets_of(kernel)
        finally:
            await kernel.shutdown_kernel(now=True)

    assert asyncio.run(ask()) == ({"alive"}, {"alive"})


def test_the_extension_chooses_it_and_leaves_managers_that_it_does_not_understand():
    server = SimpleNamespace(contents_manager_class=AsyncLargeFileManager)
    lab_server._link_jupyter_server_extension(server)
    assert server.contents_manager_class.__name__ == "ChapterContents"
    assert issubclass(server.contents_manager_class, AsyncLargeFileManager)
    for other in (LargeFileManager, None, "a name"):
        server = SimpleNamespace(contents_manager_class=other)
        lab_server._link_jupyter_server_extension(server)
        assert server.contents_manager_class is other
    lab_server._link_jupyter_server_extension(SimpleNamespace())


def test_our_style_sheet_comes_after_the_learners_own():
    server = SimpleNamespace(static_custom_path=["theirs", "stock"])
    lab_server._link_jupyter_server_extension(server)
    assert server.static_custom_path == ["theirs", str(lab_server.STYLES), "stock"]
    assert (lab_server.STYLES / "custom.css").is_file()
