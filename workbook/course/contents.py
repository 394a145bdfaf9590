"""The contents manager of `workbook lab`: what a chapter shows where no kernel knows its widgets.

A saved notebook names the widgets that its cells showed, and JupyterLab says "model not found" for each that
the kernel has not. So such a widget is left out of what JupyterLab is given (the file stays as it is); its
picture and its question are seen instead, with the answer that was kept. Nothing depends on this module:
what cannot be found out leaves the notebook as it is stored.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbook.course.coming_back import shown, without_additions
from workbook.course.progress import Progress

PATIENCE = 2.0  # seconds for a kernel to say which widgets it has


def chapter_contents(stock: type) -> type:
    """Return a subclass of a server's contents manager (asynchronous) that leaves out lifeless widgets."""

    class ChapterContents(stock):
        async def get(self, path: str, *args: Any, **kwargs: Any) -> Any:
            model = await super().get(path, *args, **kwargs)
            with suppress(Exception):  # whatever a notebook from elsewhere may hold
                if model["type"] == "notebook" and model["content"] is not None:
                    folder = Path(self._get_os_path(path.strip("/"))).parent
                    living = await living_widgets(self.parent, path)
                    model["content"] = shown(model["content"], living, Progress(folder))
            return model

        async def save(self, model: dict[str, Any], path: str = "") -> Any:
            with suppress(Exception):
                if model["type"] == "notebook":
                    model = model | {"content": without_additions(model["content"])}
            return await super().save(model, path)

        async def trust_notebook(self, path: str) -> None:
            """Sign the notebook as it stands in its file, not as it is shown."""
            model = await super().get(path)
            self.notary.mark_cells(model["content"], True)
            self.check_and_sign(model["content"], path)

    return ChapterContents


async def living_widgets(server: Any, path: str) -> set[str] | None:
    """Return the widgets that the kernels of an open notebook have; None where one of them does not say."""
    living: set[str] = set()
    for session in await server.session_manager.list_sessions():
        if session["path"].strip("/") == path.strip("/") and session.get("kernel"):
            try:
                living |= await widgets_of(server.kernel_manager.get_kernel(session["kernel"]["id"]))
            except Exception:
                return None
    return living


async def widgets_of(kernel: Any) -> set[str]:
    """Ask a running kernel for its widgets. Raises whatever it raises, TimeoutError where it is silent.

    It is asked on the control channel, which answers while a cell is running.
    """
    client = kernel.client()
    client.start_channels(shell=False, iopub=False, stdin=False, hb=False, control=True)
    try:
        question = client.session.msg("comm_info_request", {"target_name": "jupyter.widget"})
        client.control_channel.send(question)
        async with asyncio.timeout(PATIENCE):
            while True:
                reply = await client.control_channel.get_msg()
                if reply["parent_header"].get("msg_id") == question["header"]["msg_id"]:
                    return set(reply["content"]["comms"])
    finally:
        client.stop_channels()
