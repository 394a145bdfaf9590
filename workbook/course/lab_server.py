"""A server extension for `workbook lab`: prompt messages, and chapters that can be opened again.

A control that is moved is answered by four small messages. The operating system holds each of them back
until the one before it is acknowledged (Nagle's algorithm), which the browser may delay by 40 ms: enough to
be felt in a picture that follows a slider. Nothing depends on this module: where the server lacks what it
needs, the server stays as it is.
"""

from contextlib import suppress
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

from workbook.course.contents import chapter_contents

STYLES = Path(__file__).parent / "lab_settings" / "custom"


def connection_without_delay(stock: type) -> type:
    """Return a subclass of the server's kernel connection whose socket sends small messages at once."""

    class ConnectionWithoutDelay(stock):
        def connect(self) -> Any:
            with suppress(Exception):
                self.websocket_handler.set_nodelay(True)
            return super().connect()

    return ConnectionWithoutDelay


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "workbook.course.lab_server"}]


def _link_jupyter_server_extension(server: Any) -> None:
    """Choose the contents manager, and add our style sheet: both are made after extensions are linked."""
    with suppress(Exception):
        own, *others = server.static_custom_path  # a learner's own style sheet takes the place of ours
        server.static_custom_path = [own, str(STYLES), *others]
    stock: Any = getattr(server, "contents_manager_class", None)
    if all(iscoroutinefunction(getattr(stock, name, None)) for name in ("get", "save", "trust_notebook")):
        with suppress(Exception):
            server.contents_manager_class = chapter_contents(stock)


def _load_jupyter_server_extension(server: Any) -> None:
    settings = server.web_app.settings
    stock = settings.get("kernel_websocket_connection_class")
    if isinstance(stock, type) and hasattr(stock, "connect"):
        settings["kernel_websocket_connection_class"] = connection_without_delay(stock)
