"""What the bench can do to payment services, to the platform's own initiative, and to
the files of a day."""

from __future__ import annotations

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue
from hardware_sim.link.hands import verb
from hardware_sim.platform.city import City
from hardware_sim.platform.day_files import BOOKS, FAULTS
from hardware_sim.platform.orders import SILENCE_S

_DAY_S = 24 * 3600

_ORDER = Argument("order_id", "text", "")
_TIMES = Argument("times", "number", 1)
_DELAY_S = Argument("seconds", "number", 60)
_SILENCE_S = Argument("silence_s", "number", SILENCE_S)
_DAY = Argument("day", "text", "")
_BOOK = Argument("book", "choice", BOOKS[0], BOOKS)
_FAULT = Argument("fault", "choice", FAULTS[0], FAULTS)


class ServiceHands:
    """Payment services in trouble, and the platform's own initiative."""

    def __init__(self, city: City) -> None:
        self._city = city

    @verb("支付通知迟到", "Delay payment notifies", _DELAY_S)
    async def delay_notifies(self, seconds: object = 0) -> JsonValue:
        """Let each notify of a payment take so long."""
        notifies = self._city.psp.notifies
        notifies.delay_s = whole_number(seconds, "seconds", most=_DAY_S)
        return {"seconds": notifies.delay_s}

    @verb("支付通知重复", "Repeat payment notifies", _TIMES)
    async def repeat_notifies(self, times: object = 1) -> JsonValue:
        """Send each notify so many times more."""
        notifies = self._city.psp.notifies
        notifies.extra = whole_number(times, "times", most=20)
        return {"times": notifies.extra}

    @verb("支付通知丢失", "Drop payment notifies", _TIMES)
    async def drop_notifies(self, times: object = 1) -> JsonValue:
        """Lose so many coming notifies; the platform has to ask by itself."""
        notifies = self._city.psp.notifies
        notifies.drop = whole_number(times, "times", most=1000)
        return {"times": notifies.drop}

    @verb(
        "支付结果未知(SYSTEMERROR)",
        "Payment service does not know (SYSTEMERROR)",
        _TIMES,
    )
    async def payment_unknown(self, times: object = 1) -> JsonValue:
        """Answer the platform so many times that the outcome is unknown."""
        self._city.psp.unknown = whole_number(times, "times", most=1000)
        return {"times": self._city.psp.unknown}

    @verb("平台收尾无人跟进的订单", "Finish orders of silent kiosks", _SILENCE_S)
    async def sweep(self, silence_s: object = SILENCE_S) -> JsonValue:
        """Let the platform finish orders whose kiosk was silent for so long."""
        silence = whole_number(silence_s, "silence_s", most=_DAY_S)
        return {"finished": self._city.orders.sweep(silence)}


class FileHands:
    """The files of a day."""

    def __init__(self, city: City) -> None:
        self._city = city

    @verb("提前日终", "Close the day (YYYY-MM-DD, empty: today)", _DAY)
    async def close_day(self, day: str = "") -> JsonValue:
        """Close a day for reconciliation before its time, today when none is given."""
        return {"day": self._city.closed_days.close(day)}

    @verb("在对账文件中制造差错", "Spoil a reconciliation file", _BOOK, _FAULT, _ORDER)
    async def spoil_file(
        self, book: str = BOOKS[0], fault: str = FAULTS[0], order_id: str = ""
    ) -> JsonValue:
        """Plant a discrepancy in a file; in the newest line when no order is given."""
        one_of(book, "book", BOOKS)
        one_of(fault, "fault", FAULTS)
        return {"order_id": self._city.day_files.spoil(book, fault, order_id)}

    @verb("撤销对账文件差错", "Mend the reconciliation files")
    async def mend_files(self) -> JsonValue:
        """Take all planted discrepancies back."""
        return {"mended": self._city.day_files.mend()}
