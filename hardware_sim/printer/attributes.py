"""What the printer says about itself and its jobs.

Printer description and job template attributes of RFC 8011 section 5, those that
PWG 5100.12 demands of an IPP/2.0 printer, and the trays and supplies of PWG
5100.13. Names are in the order in which the standard lists them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from hardware_sim.printer.codec import Attributes, Tag, attribute
from hardware_sim.printer.jobs import Job, JobQueue, PrinterState
from hardware_sim.printer.mechanics import Mechanics

MAKE_AND_MODEL = "kiosk24 Simulated A4 Printer"
FORMATS = (
    "application/pdf",
    "image/jpeg",
    "application/octet-stream",
    "image/pwg-raster",
)
SIDES = ("one-sided", "two-sided-long-edge", "two-sided-short-edge")
A4 = "iso_a4_210x297mm"
RESOLUTION = (600, 600, 3)
MAX_COPIES = 99
PAGES_PER_MINUTE = 24

JOB_TEMPLATE = frozenset(
    {
        "copies",
        "finishings",
        "media",
        "media-col",
        "orientation-requested",
        "output-bin",
        "print-color-mode",
        "print-quality",
        "printer-resolution",
        "sides",
    }
)
"""Job template attributes that the printer knows by name."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the printer listens."""

    host: str
    port: int

    @property
    def uri(self) -> str:
        """The printer's own address."""
        return f"ipp://{self.host}:{self.port}/ipp/print"

    @property
    def page(self) -> str:
        """The page for people."""
        return f"http://{self.host}:{self.port}/"

    def job_uri(self, number: int) -> str:
        """The address of one job."""
        return f"{self.uri}/{number}"


def template_attributes() -> Attributes:
    """Defaults and supported values (group ``job-template``)."""
    return {
        "copies-default": attribute(Tag.INTEGER, 1),
        "copies-supported": attribute(Tag.RANGE, (1, MAX_COPIES)),
        "finishings-default": attribute(Tag.ENUM, 3),
        "finishings-supported": attribute(Tag.ENUM, 3),
        "media-default": attribute(Tag.KEYWORD, A4),
        "media-supported": attribute(Tag.KEYWORD, A4),
        "orientation-requested-default": attribute(Tag.ENUM, 3),
        "orientation-requested-supported": attribute(Tag.ENUM, 3),
        "output-bin-default": attribute(Tag.KEYWORD, "face-down"),
        "output-bin-supported": attribute(Tag.KEYWORD, "face-down"),
        "print-color-mode-default": attribute(Tag.KEYWORD, "monochrome"),
        "print-color-mode-supported": attribute(Tag.KEYWORD, "monochrome"),
        "print-quality-default": attribute(Tag.ENUM, 4),
        "print-quality-supported": attribute(Tag.ENUM, 4),
        "printer-resolution-default": attribute(Tag.RESOLUTION, RESOLUTION),
        "printer-resolution-supported": attribute(Tag.RESOLUTION, RESOLUTION),
        "sides-default": attribute(Tag.KEYWORD, SIDES[0]),
        "sides-supported": attribute(Tag.KEYWORD, *SIDES),
    }


def description_attributes(address: Address, operations: list[int]) -> Attributes:
    """What never changes (group ``printer-description``)."""
    return {
        "charset-configured": attribute(Tag.CHARSET, "utf-8"),
        "charset-supported": attribute(Tag.CHARSET, "utf-8"),
        "color-supported": attribute(Tag.BOOLEAN, False),
        "compression-supported": attribute(Tag.KEYWORD, "none"),
        "document-format-default": attribute(Tag.MIME_TYPE, FORMATS[0]),
        "document-format-supported": attribute(Tag.MIME_TYPE, *FORMATS),
        "generated-natural-language-supported": attribute(Tag.LANGUAGE, "en"),
        "identify-actions-default": attribute(Tag.KEYWORD, "display"),
        "identify-actions-supported": attribute(Tag.KEYWORD, "display", "sound"),
        "ipp-versions-supported": attribute(Tag.KEYWORD, "1.1", "2.0"),
        "job-impressions-supported": attribute(Tag.RANGE, (0, 10_000)),
        "job-k-octets-supported": attribute(Tag.RANGE, (0, 65_536)),
        "job-media-sheets-supported": attribute(Tag.RANGE, (0, 10_000)),
        "multiple-document-jobs-supported": attribute(Tag.BOOLEAN, False),
        "natural-language-configured": attribute(Tag.LANGUAGE, "en"),
        "operations-supported": attribute(Tag.ENUM, *operations),
        "pages-per-minute": attribute(Tag.INTEGER, PAGES_PER_MINUTE),
        "pdl-override-supported": attribute(Tag.KEYWORD, "attempted"),
        "printer-info": attribute(Tag.TEXT, "A4 printer of a simulated terminal"),
        "printer-location": attribute(Tag.TEXT, "inside the bench"),
        "printer-make-and-model": attribute(Tag.TEXT, MAKE_AND_MODEL),
        "printer-more-info": attribute(Tag.URI, address.page),
        "printer-name": attribute(Tag.NAME, "sim-a4"),
        "printer-uri-supported": attribute(Tag.URI, address.uri),
        "uri-authentication-supported": attribute(Tag.KEYWORD, "none"),
        "uri-security-supported": attribute(Tag.KEYWORD, "none"),
    }


def state_attributes(queue: JobQueue, mechanics: Mechanics) -> Attributes:
    """What changes with every sheet (group ``printer-description``)."""
    state = queue.printer_state
    reasons = mechanics.reasons(needs_paper=state is PrinterState.STOPPED)
    message = ", ".join(reasons) if reasons != ["none"] else state.name.lower()
    ready = (A4,) if mechanics.tray else ()
    return {
        "marker-colors": attribute(Tag.NAME, "#000000"),
        "marker-high-levels": attribute(Tag.INTEGER, 100),
        "marker-levels": attribute(Tag.INTEGER, mechanics.toner_percent),
        "marker-low-levels": attribute(Tag.INTEGER, mechanics.low_toner_percent),
        "marker-names": attribute(Tag.NAME, "Black toner"),
        "marker-types": attribute(Tag.KEYWORD, "toner-cartridge"),
        **({"media-ready": attribute(Tag.KEYWORD, *ready)} if ready else {}),
        "printer-input-tray": attribute(Tag.OCTETS, _input_tray(mechanics)),
        "printer-is-accepting-jobs": attribute(Tag.BOOLEAN, True),
        "printer-output-tray": attribute(Tag.OCTETS, _output_tray(mechanics)),
        "printer-state": attribute(Tag.ENUM, int(state)),
        "printer-state-message": attribute(Tag.TEXT, message),
        "printer-state-reasons": attribute(Tag.KEYWORD, *reasons),
        "printer-supply": attribute(Tag.OCTETS, _supply(mechanics)),
        "printer-up-time": attribute(Tag.INTEGER, queue.up_time),
        "printer-config-change-date-time": attribute(Tag.DATE_TIME, _moment(0.0)),
        "printer-config-change-time": attribute(Tag.INTEGER, 0),
        "printer-state-change-date-time": attribute(
            Tag.DATE_TIME, _moment(mechanics.changed_at)
        ),
        "printer-state-change-time": attribute(
            Tag.INTEGER, queue.up_time_at(mechanics.changed_at)
        ),
        "queued-job-count": attribute(Tag.INTEGER, len(queue.queued)),
    }


def _moment(at: float) -> bytes:
    """Return seconds since the epoch as RFC 2579 DateAndTime, in UTC."""
    when = datetime.fromtimestamp(at, UTC)
    day = when.year.to_bytes(2, "big") + bytes([when.month, when.day])
    time = bytes([when.hour, when.minute, when.second, when.microsecond // 100_000])
    return day + time + b"+\x00\x00"


def _input_tray(mechanics: Mechanics) -> bytes:
    return (
        "type=sheetFeedAutoRemovableTray;mediafeed=297000;mediaxfeed=210000;"
        f"maxcapacity={mechanics.tray_capacity};level={mechanics.tray};"
        "status=0;name=Tray 1;"
    ).encode()


def _output_tray(mechanics: Mechanics) -> bytes:
    left = mechanics.bin_capacity - len(mechanics.in_bin)
    return (
        f"type=unRemovableBin;maxcapacity={mechanics.bin_capacity};remaining={left};"
        "status=0;name=Face-down bin;stackingorder=firstToLast;"
    ).encode()


def _supply(mechanics: Mechanics) -> bytes:
    return (
        "type=toner;unit=percent;maxcapacity=100;"
        f"level={mechanics.toner_percent};class=supplyThatIsConsumed;"
        "colorantname=black;"
    ).encode()


def job_description(job: Job, address: Address, queue: JobQueue) -> Attributes:
    """Everything about one job (group ``job-description``)."""

    def moment(value: int | None) -> tuple[Tag, int | None]:
        return (Tag.NO_VALUE if value is None else Tag.INTEGER, value)

    return {
        "job-id": attribute(Tag.INTEGER, job.number),
        "job-uri": attribute(Tag.URI, address.job_uri(job.number)),
        "job-uuid": attribute(Tag.URI, job.uuid),
        "job-printer-uri": attribute(Tag.URI, address.uri),
        "job-printer-up-time": attribute(Tag.INTEGER, queue.up_time),
        "job-name": attribute(Tag.NAME, job.name),
        "job-originating-user-name": attribute(Tag.NAME, job.user),
        "job-state": attribute(Tag.ENUM, int(job.state)),
        "job-state-reasons": attribute(Tag.KEYWORD, job.reason),
        "job-k-octets": attribute(Tag.INTEGER, -(-job.octets // 1024)),
        "job-impressions": attribute(*moment(job.impressions or None)),
        "job-impressions-completed": attribute(Tag.INTEGER, job.impressions_completed),
        "job-media-sheets": attribute(*moment(len(job.sheets) or None)),
        "job-media-sheets-completed": attribute(Tag.INTEGER, job.sheets_completed),
        "number-of-documents": attribute(Tag.INTEGER, 1 if job.document else 0),
        "time-at-creation": attribute(Tag.INTEGER, job.created),
        "time-at-processing": attribute(*moment(job.processing)),
        "time-at-completed": attribute(*moment(job.completed)),
    }


def job_template(job: Job) -> Attributes:
    """The template attributes that the job was sent with."""
    return {
        name: attribute(Tag.INTEGER if isinstance(value, int) else Tag.KEYWORD, value)
        for name, value in job.template.items()
    }
