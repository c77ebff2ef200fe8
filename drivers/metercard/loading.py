"""Reading and loading one powered card; what is wrong with it has a word."""

from __future__ import annotations

from drivers.metercard.card import CardRefused, MeterCardFiles, NotAMeterCard
from drivers.metercard.layout import CardImage, LayoutBroken
from kiosk.core.bills import CardLoad, MeterCard
from kiosk.core.device import Completion, CompletionCode

Outcome = Completion[MeterCard]


def trouble(word: str, description: str) -> Outcome:
    """Return the completion of a card that could not be used."""
    return Completion(CompletionCode.COMMAND_ERROR, word, description)


async def use_card(files: MeterCardFiles, load: CardLoad | None) -> Outcome:
    """Read a card, and load it if there is something to load.

    Raises:
        CardError: the card is not there any more.
        DeviceError: the reader failed.
    """
    try:
        await files.select()
        image = await files.read()
        return _read(image) if load is None else await _loaded(files, image, load)
    except NotAMeterCard:
        return trouble("invalidMedia", "no meter application")
    except LayoutBroken as error:
        word = "verifyFailed" if files.touched else "cardUnreadable"
        return trouble(word, str(error))
    except CardRefused as error:
        word = "writeFailed" if files.touched else "cardUnreadable"
        return trouble(word, str(error))


def _read(image: CardImage) -> Outcome:
    return Completion(CompletionCode.SUCCESS, payload=image.card())


async def _loaded(files: MeterCardFiles, image: CardImage, load: CardLoad) -> Outcome:
    """Write unless the card has it already; believe only what is read back."""
    if image.serial != load.serial:
        return trouble("wrongCard", "another serial number")
    if image.current.purchase >= load.purchase:
        return _read(image)
    if load.purchase != image.current.purchase + 1:
        # Written over a missing one, the missing one could never be loaded.
        return trouble("writeFailed", "an earlier purchase is not on the card")
    if image.waiting_units:
        return trouble("unitsNotTaken", "the meter has not taken the last units")
    await files.write(image, load)
    after = await files.read()
    written = after.current
    wanted = (load.purchase, load.units, load.token)
    if (written.purchase, written.units, written.token) != wanted:
        return trouble("verifyFailed", "what was read back is not what was written")
    return _read(after)
