"""Where the platform is, who we are to it, and how long we wait for it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.core.errors import SettingsError

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Delays:
    """Every wait of the client, in seconds.

    Attributes:
        connect_s: TCP and TLS.
        answer_s: silence while reading or writing before the line counts as dead.
        whole_s: one exchange from beginning to end.
        upload_s: the same where a page or picture is sent.
        retry_s: pause before a read is made once more, plus up to as much again.
        skew_warning_s: difference between the clocks that is written to the log.
    """

    connect_s: float = 4.0
    answer_s: float = 10.0
    whole_s: float = 15.0
    upload_s: float = 40.0
    retry_s: float = 0.2
    skew_warning_s: float = 30.0


@dataclass(frozen=True, slots=True)
class PlatformSettings:
    """How to reach the platform.

    Attributes:
        base_url: ``https://…``; plain ``http`` only to this very machine.
        terminal: machine number, ``A-0317``.
        key: the terminal's signing key.
        ca_file: authorities that the platform's certificate is checked against;
            the system's when ``None``.
        client_certificate: our certificate and key in one PEM file, for mTLS.
    """

    base_url: str
    terminal: str
    key: bytes = field(repr=False)
    ca_file: Path | None = None
    client_certificate: Path | None = None
    delays: Delays = field(default_factory=Delays)

    def __post_init__(self) -> None:
        address = urlsplit(self.base_url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise SettingsError("platform address is not http(s)")
        if address.scheme == "http" and address.hostname not in _LOOPBACK:
            raise SettingsError("plain http to the platform on another machine")
        if len(self.key) < 16:
            raise SettingsError("platform key is shorter than 16 bytes")
        if not self.terminal:
            raise SettingsError("terminal number is missing")

    def tls(self) -> ssl.SSLContext:
        """Return the TLS side of the settings.

        Raises:
            SettingsError: a certificate file is missing or wrong.
        """
        try:
            context = ssl.create_default_context(
                cafile=str(self.ca_file) if self.ca_file else None
            )
            if self.client_certificate is not None:
                context.load_cert_chain(self.client_certificate)
        except OSError as error:  # ssl.SSLError is one
            raise SettingsError("platform certificate cannot be loaded") from error
        return context
