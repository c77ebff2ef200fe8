"""What every part of a matter's schema is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from kiosk.core.words import Words


class Model(BaseModel):
    """Strict and frozen: a misspelt key is an error, not a surprise."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LocalText(Model):
    """A text of the catalogue in Chinese and English."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @property
    def words(self) -> Words:
        """The same as the interpreter says it."""
        return Words(self.zh, self.en)
