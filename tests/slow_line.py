"""A page on a slow line: what Streamlit's server says comes late, as from far away or from a busy machine."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, WebSocket
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

LINE = """
  window.late = 0; // milliseconds by which all that Streamlit says comes later
  window.came = 0; // messages so far
  window.WebSocket = class extends WebSocket {
    addEventListener(name, heard, ...options) {
      const deliver = (event) => { heard.call(this, event); window.came += 1; };
      const later = (event) => setTimeout(deliver, window.late, event);
      super.addEventListener(name, name === 'message' && this.url.includes('_stcore') ? later : heard, ...options);
    }
  };"""


class SlowLine:
    """The line of a page that is not open yet: how many messages the server has sent, how many script runs ended."""

    def __init__(self, page: Page) -> None:
        self.page, self.ended, self.said = page, 0, 0
        page.add_init_script(LINE)
        page.on("websocket", self._listen)

    def late(self, milliseconds: int) -> None:
        """Lets all that comes from now on come so much later."""
        self.page.evaluate("(late) => { window.late = late; }", milliseconds)

    def answered(self, act: Callable[[], object]) -> None:
        """Acts and waits until a script run has ended since and all that was said is here."""
        ended = self.ended
        act()
        while self.ended == ended:
            self.page.wait_for_timeout(50)
        self.page.wait_for_function("(said) => window.came >= said", arg=self.said)

    def _listen(self, socket: WebSocket) -> None:
        if "_stcore" in socket.url:
            socket.on("framereceived", self._hear)

    def _hear(self, raw: str | bytes) -> None:
        self.said += 1
        message = ForwardMsg()
        message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
        self.ended += message.WhichOneof("type") == "script_finished"
