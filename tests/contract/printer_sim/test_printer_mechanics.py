"""The simulated printer tells the truth about every sheet, whatever happens."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable

import pytest
from PIL import Image

from hardware_sim.printer.codec import (
    Attributes,
    Group,
    GroupTag,
    Message,
    Tag,
    attribute,
    decode,
    encode,
)
from hardware_sim.printer.mechanics import Pace
from hardware_sim.printer.operations import Operation
from hardware_sim.printer.simulator import SimPrinter
from hardware_sim.printer.tickets import Status

MakePdf = Callable[..., bytes]
Until = Callable[[Callable[[], bool]], Awaitable[None]]
PATIENCE_S = 20


class Client:
    """A small IPP client over a real socket."""

    def __init__(self, printer: SimPrinter, uri: str) -> None:
        self.printer = printer
        self.uri = uri
        address = uri.removeprefix("ipp://").partition("/")[0]
        self.host, self.port = address.split(":")

    async def raw(self, body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        head = f"POST /ipp/print HTTP/1.1\r\nContent-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
        try:
            return await asyncio.wait_for(reader.read(), 5)
        finally:
            writer.close()

    async def ask(
        self,
        operation: int,
        document: bytes = b"",
        job: Attributes | None = None,
        **asked: int,
    ) -> Message:
        head: Attributes = {
            "attributes-charset": attribute(Tag.CHARSET, "utf-8"),
            "attributes-natural-language": attribute(Tag.LANGUAGE, "en"),
            "printer-uri": attribute(Tag.URI, self.uri),
        }
        for name, value in asked.items():
            head[name.replace("_", "-")] = attribute(Tag.INTEGER, value)
        groups = [Group(GroupTag.OPERATION, head), Group(GroupTag.JOB, job or {})]
        answer = await self.raw(
            encode(Message((2, 0), operation, 1, groups, data=document))
        )
        return decode(answer.partition(b"\r\n\r\n")[2])

    async def print_pdf(self, document: bytes, job: Attributes | None = None) -> int:
        answer = await self.ask(Operation.PRINT_JOB, document, job)
        assert answer.code == Status.OK
        return int(answer.group(GroupTag.JOB)["job-id"].first)

    async def job(self, number: int) -> Attributes:
        answer = await self.ask(Operation.GET_JOB_ATTRIBUTES, job_id=number)
        return answer.group(GroupTag.JOB)

    async def printer_says(self) -> tuple[int, tuple[str, ...]]:
        answer = await self.ask(Operation.GET_PRINTER_ATTRIBUTES)
        said = answer.group(GroupTag.PRINTER)
        return said["printer-state"].first, said["printer-state-reasons"].values

    async def until(self, number: int, state: int) -> Attributes:
        for _ in range(PATIENCE_S * 100):
            job = await self.job(number)
            if job["job-state"].first == state:
                return job
            await asyncio.sleep(0.01)
        raise AssertionError(f"job {number} never reached state {state}")

    async def do(self, verb: str, **arguments: object) -> object:
        return await self.printer.verbs()[verb].call(**arguments)


@pytest.fixture
async def client(printer: SimPrinter) -> Client:
    return Client(printer, await printer.start())


async def test_finished_job_has_counted_every_sheet(
    client: Client, make_pdf: MakePdf
) -> None:
    number = await client.print_pdf(make_pdf(3))
    job = await client.until(number, 9)

    assert job["job-impressions-completed"].first == 3
    assert job["job-media-sheets-completed"].first == 3
    assert job["job-state-reasons"].first == "job-completed-successfully"
    assert client.printer.state()["tray"] == 197
    papers = client.printer.papers()
    assert [paper.number for paper in papers] == [1, 2, 3]
    with Image.open(io.BytesIO(papers[0].png)) as picture:
        assert picture.size == (910, 1287)


async def test_two_sided_copies_count_sides_and_sheets_apart(
    client: Client, make_pdf: MakePdf
) -> None:
    template = {
        "sides": attribute(Tag.KEYWORD, "two-sided-long-edge"),
        "copies": attribute(Tag.INTEGER, 2),
    }
    job = await client.until(await client.print_pdf(make_pdf(3), template), 9)

    assert job["job-impressions-completed"].first == 6
    assert job["job-media-sheets-completed"].first == 4
    with Image.open(io.BytesIO(client.printer.papers()[0].png)) as picture:
        assert picture.width > picture.height


async def test_paper_out_in_mid_job_stops_and_continues_after_loading(
    client: Client, make_pdf: MakePdf
) -> None:
    await client.do("run_out_after", sheets=2)
    number = await client.print_pdf(make_pdf(3))
    job = await client.until(number, 6)

    assert job["job-impressions-completed"].first == 2
    assert job["job-state-reasons"].first == "printer-stopped"
    assert await client.printer_says() == (
        5,
        ("media-empty-error", "media-needed-error"),
    )

    await client.do("load_paper", sheets=100)
    job = await client.until(number, 9)
    assert job["job-impressions-completed"].first == 3
    assert await client.printer_says() == (3, ("none",))


async def test_empty_tray_of_an_idle_printer_is_a_warning(client: Client) -> None:
    await client.do("run_out")
    assert await client.printer_says() == (3, ("media-empty-warning",))
    await client.do("load_paper", sheets=5)
    assert await client.printer_says() == (3, ("media-low-warning",))


@pytest.mark.parametrize(
    ("verb", "reason"),
    [
        ("jam", "media-jam-error"),
        ("open_cover", "cover-open-error"),
        ("toner_out", "toner-empty-error"),
    ],
)
async def test_fault_stops_an_idle_printer(
    client: Client, verb: str, reason: str
) -> None:
    await client.do(verb)
    assert await client.printer_says() == (5, (reason,))


async def test_jammed_sheet_is_printed_again_and_counted_once(
    client: Client, make_pdf: MakePdf
) -> None:
    await client.do("jam", at_sheet=2)
    number = await client.print_pdf(make_pdf(2))
    job = await client.until(number, 6)
    assert job["job-impressions-completed"].first == 1
    assert await client.printer_says() == (5, ("media-jam-error",))

    await client.do("clear_jam")
    await client.until(number, 9)
    assert client.printer.state()["sheets_total"] == 2
    assert client.printer.state()["tray"] == 197  # one sheet was crumpled


async def test_cancel_of_a_stopped_job_leaves_nothing_for_the_next_person(
    client: Client, make_pdf: MakePdf
) -> None:
    await client.do("run_out_after", sheets=1)
    number = await client.print_pdf(make_pdf(2))
    await client.until(number, 6)
    assert (await client.ask(Operation.CANCEL_JOB, job_id=number)).code == Status.OK

    job = await client.until(number, 7)
    assert job["job-state-reasons"].first == "job-canceled-by-user"
    await client.do("load_paper")
    following = await client.until(await client.print_pdf(make_pdf(1)), 9)
    assert following["job-impressions-completed"].first == 1
    assert client.printer.state()["sheets_total"] == 2


async def test_cancel_in_mid_job_lets_the_sheet_under_way_out(
    client: Client, make_pdf: MakePdf, until: Until
) -> None:
    client.printer.mechanics.pace = Pace(0.0, 0.2, 0.0)
    number = await client.print_pdf(make_pdf(5))
    await until(lambda: client.printer.mechanics.travelling is not None)
    await client.ask(Operation.CANCEL_JOB, job_id=number)
    job = await client.until(number, 7)

    out = client.printer.state()["sheets_total"]
    assert job["job-impressions-completed"].first == out == 1


async def test_power_cut_loses_jobs_and_ejects_the_half_printed_sheet(
    client: Client, make_pdf: MakePdf, until: Until
) -> None:
    client.printer.mechanics.pace = Pace(0.0, 5.0, 0.0)
    number = await client.print_pdf(make_pdf(1))
    await until(lambda: client.printer.mechanics.travelling is not None)
    await client.do("power_cut", seconds=0)
    with pytest.raises(OSError, match=r"Connect call failed|refused"):
        await asyncio.open_connection(client.host, client.port)
    await until(lambda: client.printer.state()["plugged"])

    answer = await client.ask(Operation.GET_JOB_ATTRIBUTES, job_id=number)
    assert answer.code == Status.NOT_FOUND
    assert [paper.cut for paper in client.printer.papers()] == [False]


async def test_unplugged_printer_finishes_what_it_has_and_returns_on_its_port(
    client: Client, make_pdf: MakePdf, until: Until
) -> None:
    number = await client.print_pdf(make_pdf(2))
    await client.do("unplug")
    with pytest.raises(OSError, match=r"Connect call failed|refused"):
        await asyncio.open_connection(client.host, client.port)
    await until(lambda: client.printer.state()["sheets_total"] == 2)

    await client.do("plug_in")
    assert (await client.until(number, 9))["job-impressions-completed"].first == 2


async def test_output_bin_full_is_told_and_taking_the_paper_helps(
    client: Client, make_pdf: MakePdf
) -> None:
    client.printer.mechanics.bin_capacity = 1
    number = await client.print_pdf(make_pdf(2))
    await client.until(number, 6)
    assert (await client.printer_says())[1] == ("output-area-full-error",)
    assert await client.do("take_paper") == {"sheets": 1}
    await client.until(number, 9)


async def test_unreadable_document_is_aborted(client: Client) -> None:
    number = await client.print_pdf(b"%PDF-1.7\nnot really\n")
    job = await client.until(number, 8)
    assert job["job-state-reasons"].first == "document-format-error"


@pytest.mark.parametrize("kind", ["body", "http", "half"])
async def test_garbage_answer_spoils_one_answer_only(client: Client, kind: str) -> None:
    await client.do("answer_garbage", answers=1, kind=kind)
    raw = await client.raw(b"\x02\x00\x00\x0b\x00\x00\x00\x01\x03")
    assert not raw.endswith(b"\x03")
    assert await client.printer_says() == (3, ("none",))


async def test_silent_printer_accepts_and_says_nothing(client: Client) -> None:
    await client.do("go_silent")
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(b"POST /ipp/print HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.1)
    writer.close()
    await client.do("heal")
    assert await client.printer_says() == (3, ("none",))


async def test_wire_log_tells_both_directions_in_words(
    client: Client, make_pdf: MakePdf
) -> None:
    await client.until(await client.print_pdf(make_pdf(1)), 9)
    meanings = [entry.meaning for entry in client.printer.wire.entries]
    assert meanings[0].startswith("Print-Job #1")
    assert "bytes of document" in meanings[0]
    assert meanings[1].startswith("successful-ok #1 job-id=1")


async def test_later_answer_waits_its_milliseconds(client: Client) -> None:
    await client.do("answer_late", ms=80)
    before = asyncio.get_running_loop().time()
    await client.printer_says()
    assert asyncio.get_running_loop().time() - before >= 0.08
