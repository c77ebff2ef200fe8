"""Being known to the terminal: it forgets with its power who the kiosk is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from drivers.payment.zvt import messages
from drivers.payment.zvt.channel import Channel
from drivers.payment.zvt.dialogue import Dialogue, Ending, Refused
from drivers.payment.zvt.options import ZvtOptions


class Registration:
    """Registers, and does so again when the terminal says that it knows nobody.

    Attributes:
        terminal_id: what the terminal calls itself, ``""`` before it was asked.
    """

    def __init__(
        self, channel: Channel, dialogue: Dialogue, options: ZvtOptions
    ) -> None:
        self._channel = channel
        self._dialogue = dialogue
        self._options = options
        self.terminal_id = ""

    async def register(self) -> None:
        """Register.

        Raises:
            TerminalBusy: it works on something that outlived the connection.
            DeviceError: it cannot be reached, or refuses.
        """
        self._channel.forget()
        request = messages.registration(
            self._options.password, self._options.currency_sent
        )
        ending = await self._dialogue.ask(request)
        status = messages.read_status_information(ending.data)
        self.terminal_id = status.terminal_id or self.terminal_id

    async def known(self, lead: Callable[[], Awaitable[Ending]]) -> Ending:
        """Lead a command; once more when the terminal has forgotten who we are.

        A serial line does not notice that the terminal lost its power. 84 6B means
        that nothing was begun.

        Raises:
            DeviceError: as ``lead`` and ``register``.
        """
        try:
            return await lead()
        except Refused as refusal:
            if refusal.result != messages.NOT_REGISTERED:
                raise
        await self.register()
        return await lead()
