"""Our master against a Modbus server written by strangers: Python package pymodbus."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pymodbus.client import AsyncModbusTcpClient
from pymodbus.datastore import (
    ModbusDeviceContext,
    ModbusSequentialDataBlock,
    ModbusServerContext,
)
from pymodbus.framer import FramerType
from pymodbus.server import ModbusTcpServer

from drivers.auxiliaries.driver import create
from kiosk.core.clock import SystemClock
from kiosk.core.driver import DriverSpec
from kiosk.core.peripherals import Light

OPTIONS = {
    "lights": "cardReader=coil:2, scanner=register:16",
    "inputs": "cabinetDoor=0, tamperSensor=!3",
    "watchdog_register": 60,
}


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A server with contacts 0 and 3 closed, 16 coils and 80 registers."""
    store = ModbusDeviceContext(
        di=ModbusSequentialDataBlock(1, [True, False, False, True]),
        co=ModbusSequentialDataBlock(1, [False] * 16),
        hr=ModbusSequentialDataBlock(1, [0] * 80),
    )
    server = ModbusTcpServer(
        ModbusServerContext(devices=store, single=True),
        framer=FramerType.RTU,
        address=("127.0.0.1", 0),
    )
    await server.serve_forever(background=True)
    assert server.transport is not None
    yield server.transport.sockets[0].getsockname()[1]
    await server.shutdown()


async def test_pymodbus_serves_our_driver(port: int) -> None:
    endpoint = f"tcp://127.0.0.1:{port}"
    spec = DriverSpec(
        "auxiliaries", endpoint, SystemClock(), lambda event, **facts: None, OPTIONS
    )
    board = create(spec)
    assert (await board.open()).ok
    assert board.status.detail["cabinetDoor"] == "open"
    assert board.status.detail["tamperSensor"] == "off"
    assert (await board.set_light("cardReader", Light("continuous"))).ok
    assert (await board.set_light("scanner", Light("slow", "green"))).ok
    await board.close()
    client = AsyncModbusTcpClient("127.0.0.1", port=port, framer=FramerType.RTU)
    assert await client.connect()
    assert (await client.read_coils(2, count=1)).bits[0]
    assert (await client.read_holding_registers(16)).registers == [0x0101]
    assert (await client.read_holding_registers(60)).registers == [30]
    client.close()
