"""The settings file: one TOML, checked whole before anything is opened.

::

    terminal = "A-0317"

    [platform]
    base_url = "https://platform.city.example"
    key_file = "/etc/kiosk24/terminal.key"   # hexadecimal, mode 0600

    [devices.idcard]
    driver = "idcard.sam"
    endpoint = "/dev/ttyS1"
    options = { baudrate = 115200 }

    [host]
    mode = "process"                         # or "inside": drivers in the kiosk

    [store]
    directory = "/var/lib/kiosk24"

    [staff]
    file = "/etc/kiosk24/staff.toml"

    [window]
    size = "1080x1920"
    fullscreen = true
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kiosk.core.errors import SettingsError

DeviceName = Literal[
    "idcard",
    "scanner",
    "receipt",
    "printer",
    "face-camera",
    "document-camera",
    "card-terminal",
    "meter-card",
    "chip-card",
    "keypad",
    "auxiliaries",
    "power",
    "speaker",
    "cash",
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlatformSection(_Model):
    """Where the platform is and who we are to it."""

    base_url: str
    key_file: Path
    ca_file: Path | None = None
    client_certificate: Path | None = None


class DeviceSection(_Model):
    """One device: which driver, where, with what options."""

    driver: str
    endpoint: str
    options: dict[str, Any] = Field(default_factory=dict)


class HostSection(_Model):
    """Where the drivers run, and who else may use the devices.

    Attributes:
        mode: ``process`` = in one of their own: a crash of a driver or of a vendor's
            library leaves the screen alone; ``inside`` = in the kiosk's.
        port: on 127.0.0.1, for XFS4IoT clients that cannot use the Unix socket.
        token_file: what they have to send, one line, mode 0600.
    """

    mode: Literal["process", "inside"] = "process"
    port: int | None = Field(default=None, ge=1024, le=65535)
    token_file: Path | None = None

    @model_validator(mode="after")
    def _port_with_token(self) -> HostSection:
        if (self.port is None) != (self.token_file is None):
            raise ValueError("port and token_file go together")
        return self


class StoreSection(_Model):
    """Where the machine keeps its journal."""

    directory: Path


class StaffSection(_Model):
    """Who may decide what the machine must not: see ``kiosk staff --help``."""

    file: Path


class WindowSection(_Model):
    """The screen."""

    size: str = Field(default="1080x1920", pattern=r"^\d{3,5}x\d{3,5}$")
    fullscreen: bool = True

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, _, height = self.size.partition("x")
        return int(width), int(height)


class PatienceSection(_Model):
    """How long the terminal waits for a person, in seconds.

    ``vendor_s`` is the longest that a technician keeps it from serving.
    """

    idle_s: float = Field(default=90.0, gt=0)
    answer_s: float = Field(default=30.0, gt=0)
    leftover_s: float = Field(default=20.0, gt=0)
    farewell_s: float = Field(default=6.0, gt=0)
    done_s: float = Field(default=30.0, gt=0)
    vendor_s: float = Field(default=900.0, gt=0)


class Settings(_Model):
    """Everything an operator may set."""

    terminal: str = Field(min_length=1, max_length=16)
    site: str = ""
    """Name of the place until the platform has told it."""
    platform: PlatformSection
    devices: dict[DeviceName, DeviceSection] = Field(default_factory=dict)
    host: HostSection = HostSection()
    store: StoreSection
    staff: StaffSection | None = None
    window: WindowSection = WindowSection()
    patience: PatienceSection = PatienceSection()


def load_settings(path: Path) -> Settings:
    """Read and check a settings file.

    Raises:
        SettingsError: it is missing or wrong; the message names file and field.
    """
    try:
        return Settings.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        raise SettingsError(f"{path}: {_in_one_line(error)}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error


def _in_one_line(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}"
        for each in error.errors(include_url=False, include_input=False)
    )


def load_key(path: Path) -> bytes:
    """Read the terminal's signing key: hexadecimal text.

    Raises:
        SettingsError: missing, readable by others, or not hexadecimal.
    """
    try:
        return bytes.fromhex(_read_secret(path))
    except ValueError as error:
        raise SettingsError(f"{path}: not hexadecimal") from error


def load_token(path: Path) -> str:
    """Read what clients of the device host have to send.

    Raises:
        SettingsError: missing, readable by others, or shorter than 16 characters.
    """
    try:
        token = _read_secret(path)
    except ValueError as error:
        raise SettingsError(f"{path}: not plain text") from error
    if len(token) < 16:
        raise SettingsError(f"{path}: shorter than 16 characters")
    return token


def _read_secret(path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise SettingsError(f"{path}: others may read it; chmod 600")
        return path.read_text("ascii").strip()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
