"""Serves an ASGI application on a port, inside the running event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

_START_S = 20.0
_STOP_S = 10.0


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the rig."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class WebServer:
    """One web application at ``http://host:port``.

    Args:
        port: 0 for a free one, kept over stop and start.
    """

    def __init__(self, app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.host = host
        self.port = port
        self._app = app
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def listening(self) -> bool:
        """True between start and stop."""
        return self._task is not None

    async def start(self) -> str:
        """Listen and return the address. Raises ``OSError`` when the port is taken."""
        if self._task is None:
            listener = self._listener()
            self.port = int(listener.getsockname()[1])
            config = uvicorn.Config(
                self._app,
                lifespan="off",
                ws="none",
                http="h11",
                server_header=False,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
            )
            self._server = _Server(config)
            self._task = asyncio.create_task(self._server.serve(sockets=[listener]))
            await self._until_started(self._server)
        return f"http://{self.host}:{self.port}"

    def _listener(self) -> socket.socket:
        # Named protocol: without it asyncio leaves Nagle on, 40 ms an answer.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((self.host, self.port))
        except OSError:
            listener.close()
            raise
        return listener

    async def _until_started(self, server: _Server) -> None:
        deadline = time.monotonic() + _START_S
        while not server.started:
            if time.monotonic() > deadline:
                raise OSError("the web server does not start")
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Stop answering; safe to call twice."""
        task, self._task = self._task, None
        if task is None or self._server is None:
            return
        self._server.should_exit = True
        await asyncio.wait({task}, timeout=_STOP_S)
        if not task.done():
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)
