"""Sessions with the simulated reader over a real pty, by pyserial."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hardware_sim.idcard.frames import build_response
from hardware_sim.idcard.simulator import SimIdCard, Timings, create

QUICK = Timings(simple_s=0, find_s=0, select_s=0, read_s=0.01, reset_s=0)


class Session:
    """Commands by golden name, answers by status byte."""

    def __init__(self, sim: SimIdCard, client, table: dict[str, bytes]) -> None:
        self.sim, self.client, self.table = sim, client, table
        self.verbs = sim.verbs()

    async def do(self, verb: str, **arguments: object) -> object:
        return await self.verbs[verb].call(**arguments)

    async def ask(self, name: str) -> tuple[int, bytes]:
        """Return SW3 and data of one answer, length-driven."""
        head = await self.client.ask(self.table[name], 7)
        assert head[:5] == b"\xaa\xaa\xaa\x96\x69"
        rest = await self.client.read(int.from_bytes(head[5:7], "big"))
        assert build_response(rest[2], rest[3:-1]) == head + rest
        return rest[2], rest[3:-1]

    async def find_and_select(self) -> None:
        assert (await self.ask("find-card"))[0] == 0x9F
        assert (await self.ask("select-card"))[0] == 0x90


@pytest.fixture
async def start(tmp_path, connect, golden) -> AsyncIterator[object]:
    sims = []

    async def begin(**options: object) -> Session:
        sim = create(directory=tmp_path, timings=QUICK, **options)
        sims.append(sim)
        client = connect(await sim.start())
        return Session(sim, client, golden("idcard/sam.toml"))

    yield begin
    for sim in sims:
        await sim.stop()


async def test_find_select_read_gives_text_and_photo(start) -> None:
    session = await start()
    await session.do("insert", person="li-fang")
    await session.find_and_select()
    sw3, data = await session.ask("read-base")
    assert sw3 == 0x90
    assert data[:4] == bytes.fromhex("01 00 04 00")
    assert data[4:260] == session.table["read-base-li-fang"][14:270]
    assert len(data) == 4 + 256 + 1024
    assert session.sim.state()["card"] == "li-fang"
    assert session.sim.state()["lastCommand"] == "read text and photo"


async def test_nothing_on_the_reader_is_not_found(start) -> None:
    session = await start()
    assert (await session.ask("find-card"))[0] == 0x80
    assert (await session.ask("select-card"))[0] == 0x81
    assert (await session.ask("read-base"))[0] == 0x41


async def test_reading_without_selecting_fails(start) -> None:
    session = await start()
    await session.do("insert", person="li-fang")
    assert (await session.ask("find-card"))[0] == 0x9F
    assert (await session.ask("read-base"))[0] == 0x41


async def test_a_read_card_is_not_found_again_until_lifted(start) -> None:
    session = await start()
    await session.do("insert", person="li-fang")
    await session.find_and_select()
    assert (await session.ask("read-base"))[0] == 0x90
    assert (await session.ask("find-card"))[0] == 0x80
    await session.do("forget")
    assert (await session.ask("find-card"))[0] == 0x80
    await session.do("remove")
    await session.do("insert", person="li-fang")
    await session.find_and_select()


async def test_a_reset_of_the_module_finds_a_read_card_again(start) -> None:
    session = await start()
    await session.do("insert", person="li-fang")
    await session.find_and_select()
    await session.ask("read-base")
    assert (await session.ask("reset-sam"))[0] == 0x90
    assert (await session.ask("find-card"))[0] == 0x9F


async def test_some_firmwares_find_a_read_card_again(start) -> None:
    session = await start(find_again=True)
    await session.do("insert", person="li-fang")
    await session.find_and_select()
    await session.ask("read-base")
    assert (await session.ask("find-card"))[0] == 0x9F


async def test_a_card_lifted_mid_read_stops_the_answer_short(start) -> None:
    session = await start()
    await session.do("insert", person="zhang-weimin")
    await session.do("remove_mid_read", after_bytes=600)
    await session.find_and_select()
    answer = await session.client.ask(session.table["read-base"], 1295, 0.3)
    assert len(answer) == 600
    assert session.sim.state()["card"] is None
    assert (await session.ask("find-card"))[0] == 0x80


async def test_a_card_lifted_before_the_answer_is_a_failed_read(start) -> None:
    session = await start()
    await session.do("insert", person="zhang-weimin")
    await session.do("remove_mid_read", after_bytes=0)
    await session.find_and_select()
    assert (await session.ask("read-base"))[0] == 0x41


async def test_a_card_lifted_during_the_dialogue_is_a_failed_read(
    tmp_path, connect, golden, eventually
) -> None:
    sim = create(directory=tmp_path, timings=Timings(find_s=0, select_s=0, read_s=0.3))
    table = golden("idcard/sam.toml")
    session = Session(sim, connect(await sim.start()), table)
    await session.do("insert", person="li-fang")
    await session.find_and_select()
    await session.client.write(table["read-base"])
    await eventually(lambda: sim.state()["lastCommand"] == "read text and photo")
    await session.do("remove")
    assert await session.client.read(11) == table["read-failed"]
    await sim.stop()


async def test_two_cards_cannot_be_selected(start) -> None:
    session = await start()
    with pytest.raises(ValueError, match="first card"):
        await session.do("two_cards", person="li-fang")
    await session.do("insert", person="li-fang")
    await session.do("two_cards", person="zhang-weimin")
    assert (await session.ask("find-card"))[0] == 0x9F
    assert (await session.ask("select-card"))[0] == 0x81


@pytest.mark.parametrize(
    ("kind", "read"),
    [("otherCard", 0x40), ("damagedCard", 0x41), ("forgedText", 0x33)],
)
async def test_wrong_media_are_found_and_fail_when_read(start, kind, read) -> None:
    session = await start()
    await session.do("present_wrong_media", kind=kind)
    await session.find_and_select()
    assert (await session.ask("read-base"))[0] == read


async def test_a_bank_card_is_never_found(start) -> None:
    session = await start()
    await session.do("present_wrong_media", kind="bankCard")
    assert (await session.ask("find-card"))[0] == 0x80
    assert session.sim.state()["card"] == "bankCard"


@pytest.mark.parametrize(
    ("reason", "status", "find", "read"),
    [
        ("notAuthorised", 0x90, 0x66, None),
        ("selfTestFailed", 0x60, 0x60, None),
        ("noPermission", 0x90, 0x23, None),
        ("cardRejectsSam", 0x90, 0x9F, 0x31),
        ("samRejectsCard", 0x90, 0x9F, 0x32),
    ],
)
async def test_a_refusing_module_says_why(start, reason, status, find, read) -> None:
    session = await start()
    await session.do("insert", person="li-fang")
    await session.do("sam_refuse", reason=reason)
    assert (await session.ask("sam-status"))[0] == status
    assert (await session.ask("find-card"))[0] == find
    if read is not None:
        assert (await session.ask("select-card"))[0] == 0x90
        assert (await session.ask("read-base"))[0] == read
    await session.do("heal")
    await session.find_and_select()


async def test_the_other_commands_answer(start) -> None:
    session = await start()
    sw3, data = await session.ask("sam-id")
    assert (sw3, len(data)) == (0x90, 16)
    assert (await session.ask("set-rf-80"))[0] == 0x90
    assert (await session.ask("set-uart-115200"))[0] == 0x90
    await session.do("insert", person="li-fang")
    await session.find_and_select()
    assert (await session.ask("read-new-address"))[0] == 0x91
    assert len((await session.ask("read-management-number"))[1]) == 28
    sw3, data = await session.ask("read-base-fingerprint")
    assert (sw3, len(data)) == (0x90, 6 + 256 + 1024)


async def test_new_address_and_fingerprints_come_from_the_people_file(
    tmp_path, start
) -> None:
    people = tmp_path / "people.toml"
    people.write_text(
        '[[people]]\nkey = "mover"\ndocument = "resident"\nname = "测试"\n'
        'sex = "male"\nnation_code = "01"\nbirth = "20000101"\nfingers = 2\n'
        'number = "999001200001010015"\naddress = "甲路"\nissuer = "甲局"\n'
        'valid_from = "20200101"\nvalid_to = "长期"\nnew_address = "乙路2号"\n'
    )
    session = await start(people_file=people)
    await session.do("insert", person="mover")
    await session.find_and_select()
    sw3, data = await session.ask("read-new-address")
    assert (sw3, len(data)) == (0x90, 70)
    assert data.decode("utf-16-le").rstrip() == "乙路2号"
    sw3, data = await session.ask("read-base-fingerprint")
    assert len(data) + 11 == 2321
    assert data[4:6] == (1024).to_bytes(2, "big")


async def test_the_speed_command_changes_the_pace_after_its_answer(start) -> None:
    session = await start(strict_speed=True)
    slower = bytes.fromhex("AA AA AA 96 69 00 03 60 04 67")
    assert await session.client.ask(slower, 11) == session.table["ok"]
    session.client.port.baudrate = 9600
    assert (await session.ask("sam-status"))[0] == 0x90


async def test_noise_before_the_preamble_leaves_the_frame_whole(start) -> None:
    session = await start()
    await session.do("noise_before", count=9)
    answer = await session.client.ask(session.table["sam-status"], 20)
    assert answer[9:] == session.table["ok"]


async def test_unknown_people_are_refused_with_a_sentence(start) -> None:
    session = await start()
    with pytest.raises(ValueError, match="person: one of"):
        await session.do("insert", person="nobody")
