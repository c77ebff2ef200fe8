"""Questions to a vendor's library in words: what kind, how long, which result.

Amounts and card numbers stand in the texts, so no bytes are ever shown.
"""

from __future__ import annotations

from collections.abc import Iterator

from drivers.payment.mis.layout import Layout
from kiosk.core.errors import DeviceProtocolError
from kiosk.core.wire import Direction


class MisExplainer:
    """One listener's explanations; see ``kiosk.core.wire.WireExplainer``."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        word = layout.transaction
        self._kinds = {
            word.sale: "sale",
            word.reversal: "reversal",
            word.query: "query of the newest transaction",
        }

    def explain(self, direction: Direction, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield one line for the whole question or answer."""
        if direction == "sent":
            yield f"{self._kind(data)}, {len(data)} bytes", b""
            return
        try:
            code = self._layout.read(data)["result"]
        except DeviceProtocolError as error:
            yield f"an answer that the layout does not fit: {error}", b""
            return
        meaning = self._layout.result.meaning(code)
        words = f"answer {code}: {meaning}" if meaning else "answer of unknown meaning"
        yield f"{words}, {len(data)} bytes", b""

    def _kind(self, request: bytes) -> str:
        at = 0
        for part in self._layout.request:
            if part.name == "transaction":
                word = request[at : at + part.width].decode("ascii", "replace").strip()
                return self._kinds.get(word, "unknown transaction")
            at += part.width
        return "question"
