"""A page as Streamlit serves it, without a browser: a session, its script, and the run that its player asks for."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.soak.visits import address

PATIENCE = 60.0  # seconds that a script may take


class Page:
    """An open page. `token` is that of the run which its player shows."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket, self.token = socket, ""

    async def load(self, name: str, query: str) -> str:
        """Runs the page's script for an address, as a load or a changed knob does; the run's token."""
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = name, query
        await self.socket.send(asked.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while not self._hear(await self.socket.recv()):
                pass
        return self.token

    def _hear(self, raw: str | bytes) -> bool:
        """Takes a message of Streamlit's; whether the script has ended."""
        assert isinstance(raw, bytes)
        message = ForwardMsg.FromString(raw)
        element = message.delta.new_element
        if element.HasField("bidi_component") and "socket" in (data := json.loads(element.bidi_component.json)):
            self.token = str(data["socket"]).rpartition("/")[2]
        return message.WhichOneof("type") == "script_finished"


@contextlib.asynccontextmanager
async def opened(host: str, visitor: int) -> AsyncIterator[Page]:
    """A page of a visitor's with a session of its own, which the end of the block leaves as a closed tab does."""
    stream = connect(
        f"ws://{host}/_stcore/stream", origin=Origin(f"http://{host}"), subprotocols=[Subprotocol("streamlit")],
        additional_headers={"X-Forwarded-For": address(visitor)}, compression=None, max_size=None, proxy=None,
        open_timeout=PATIENCE, ping_interval=None,
    )  # fmt: skip
    async with stream as socket:
        yield Page(socket)
        await socket.close(1001)
