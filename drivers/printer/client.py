"""IPP over HTTP (RFC 8010 section 4): one POST, one answer, always bounded."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import anyio
import httpx

from drivers.link.tap import WireTap
from drivers.printer.codec import MAX_BYTES, decode, encode
from drivers.printer.delays import Delays
from drivers.printer.message import (
    Attribute,
    Group,
    Message,
    keyword,
    operation_group,
)
from drivers.printer.tags import GroupTag, Operation, ValueTag
from kiosk.core.errors import (
    DeviceBusy,
    DeviceError,
    DeviceMissing,
    DeviceProtocolError,
    DeviceTimeout,
    SettingsError,
)

DEFAULT_PORT = 631


def http_address(printer_uri: str) -> str:
    """Return the HTTP address of ``ipp://host[:port]/path`` (RFC 3510).

    Raises:
        SettingsError: another scheme, or no host.
    """
    try:
        parts = urlsplit(printer_uri)
        host, port = parts.hostname, parts.port or DEFAULT_PORT
    except ValueError as error:
        raise SettingsError(f"not an address: {printer_uri!r}") from error
    if parts.scheme != "ipp" or not host:
        raise SettingsError(f"ipp://host:port/path expected, not {printer_uri!r}")
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}{parts.path or '/'}"


class IppClient:
    """Asks one printer. Every request opens its own connection.

    Printers close idle connections whenever they like; a request sent into such a
    closing connection fails without anybody knowing whether it was carried out.
    """

    def __init__(
        self, printer_uri: str, user: str, delays: Delays, tap: WireTap | None = None
    ) -> None:
        self._uri = printer_uri
        self._tap = tap
        self._address = http_address(printer_uri)
        self._user = user
        self._delays = delays
        self._last_id = 0
        self._http: httpx.AsyncClient | None = None

    async def close(self) -> None:
        """Let go of what is open; the next request opens it again."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def ask(
        self,
        operation: Operation,
        attributes: Iterable[Attribute] = (),
        groups: Iterable[Group] = (),
        data: bytes = b"",
        *,
        job_id: int | None = None,
        answer_s: float | None = None,
    ) -> Message:
        """Send one request and return the answer, whatever its status.

        Args:
            attributes: of the operation, after charset, language, target and user.
            job_id: for operations on one job.
            answer_s: longest wait for the whole answer.

        Raises:
            DeviceMissing: no connection; the printer has seen nothing.
            DeviceTimeout: no answer, or the connection broke: it may have been done.
            DeviceBusy: HTTP 503.
            DeviceProtocolError: an answer that is not IPP, or not to this request.
        """
        self._last_id = self._last_id % 0x7FFFFFFF + 1
        first = operation_group(self._uri, self._user, attributes, job_id)
        request = Message(operation, self._last_id, (first, *groups), data)
        limit = self._delays.answer_s if answer_s is None else answer_s
        answer = decode(await self._cross(encode(request), limit))
        if answer.request_id != request.request_id:
            raise DeviceProtocolError("IPP answer to another request")
        return answer

    async def printer_attributes(self, names: Iterable[str]) -> Group:
        """Get-Printer-Attributes (RFC 8011 section 4.2.5)."""
        wanted = keyword("requested-attributes", *names)
        answer = await self.ask(Operation.GET_PRINTER_ATTRIBUTES, (wanted,))
        if not answer.succeeded:
            raise DeviceProtocolError(f"printer attributes: {answer.code:#06x}")
        return answer.group(GroupTag.PRINTER)

    async def job_attributes(self, job_id: int, names: Iterable[str]) -> Message:
        """Get-Job-Attributes (RFC 8011 section 4.3.4)."""
        wanted = keyword("requested-attributes", *names)
        return await self.ask(Operation.GET_JOB_ATTRIBUTES, (wanted,), job_id=job_id)

    async def open_jobs(self, names: Iterable[str]) -> tuple[Group, ...]:
        """Get-Jobs (RFC 8011 section 4.2.6): ours that have not ended."""
        return await self._jobs("not-completed", names)

    async def ended_jobs(self, names: Iterable[str]) -> tuple[Group, ...]:
        """Get-Jobs: ours that have ended, as far as the printer remembers them."""
        return await self._jobs("completed", names)

    async def _jobs(self, which: str, names: Iterable[str]) -> tuple[Group, ...]:
        answer = await self.ask(
            Operation.GET_JOBS,
            (
                keyword("which-jobs", which),
                Attribute("my-jobs", ValueTag.BOOLEAN, (True,)),
                keyword("requested-attributes", *names),
            ),
        )
        if not answer.succeeded:
            raise DeviceProtocolError(f"list of jobs: {answer.code:#06x}")
        return answer.all_groups(GroupTag.JOB)

    async def cancel_job(self, job_id: int) -> Message:
        """Cancel-Job (RFC 8011 section 4.3.3)."""
        return await self.ask(Operation.CANCEL_JOB, job_id=job_id)

    async def _cross(self, content: bytes, answer_s: float) -> bytes:
        """Post, and tell whoever listens in."""
        if self._tap is None:
            return await self._post(content, answer_s)
        self._tap.crossed("sent", content)
        try:
            answer = await self._post(content, answer_s)
        except DeviceError as error:
            self._tap.note(f"{self._uri}: {error}")
            raise
        self._tap.crossed("received", answer)
        return answer

    async def _post(self, content: bytes, answer_s: float) -> bytes:
        try:
            with anyio.fail_after(answer_s):
                return await self._exchange(content)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise DeviceMissing(f"no connection: {error}") from error
        except (httpx.RemoteProtocolError, httpx.DecodingError) as error:
            raise DeviceProtocolError(f"not HTTP: {error}") from error
        except (httpx.TransportError, TimeoutError) as error:
            raise DeviceTimeout(f"no answer: {error!r}") from error

    async def _exchange(self, content: bytes) -> bytes:
        async with self._client().stream(
            "POST",
            self._address,
            content=content,
            headers={"Content-Type": "application/ipp", "Accept-Encoding": "identity"},
        ) as response:
            if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                raise DeviceBusy("HTTP 503")
            if response.status_code != httpx.codes.OK:
                raise DeviceProtocolError(f"HTTP {response.status_code}")
            body = bytearray()
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > MAX_BYTES:
                    raise DeviceProtocolError("endless IPP answer")
            return bytes(body)

    def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            self._http = httpx.AsyncClient(
                timeout=httpx.Timeout(None, connect=self._delays.connect_s),
                limits=httpx.Limits(max_keepalive_connections=0),
                trust_env=False,  # a proxy of the environment is not the printer
                follow_redirects=False,
            )
        return self._http
