"""Carries connections between a sandbox without network and its one cluster.

Outside, `Outside` listens on a Unix socket and connects to the API server; inside, this file is run as a program
(`relay.py SOCKET PORT COMMAND...`): it listens on the sandbox's own loopback, connects to the socket, and runs the
command. It uses the standard library alone, since inside it is started by its path.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

CHUNK = 65536
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until the end, then tell the other side that no more comes; either side may have gone at any time."""
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


def _handler(connect: Callable[[], Awaitable[Streams]]) -> Callable[..., Awaitable[None]]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await connect()
        except OSError:  # nobody answers there: to the caller it looks like a closed connection
            writer.close()
            return
        try:
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        finally:
            writer.close()
            far_writer.close()

    return handle


class Outside:
    """Serves a Unix socket that leads to `host:port`, in a thread of its own, until `close`."""

    def __init__(self, path: Path, host: str, port: int) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(64)
        self._target = (host, port)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        handle = _handler(lambda: asyncio.open_connection(*self._target))
        self._loop.run_until_complete(asyncio.start_unix_server(handle, sock=self._listener))
        self._loop.run_forever()
        pending = asyncio.all_tasks(self._loop)
        for task in pending:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        self._loop.close()

    def close(self) -> None:
        """Close all connections and end the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._listener.close()


async def _inside(path: str, port: int, command: list[str]) -> int:
    server = await asyncio.start_server(_handler(lambda: asyncio.open_unix_connection(path)), "127.0.0.1", port)
    async with server:
        process = await asyncio.create_subprocess_exec(*command)
        return await process.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(_inside(sys.argv[1], int(sys.argv[2]), sys.argv[3:])))
