"""What the bench's HTTP API says, as pydantic models (the OpenAPI under the page)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from hardware_sim.bench.bench import Bench
from hardware_sim.bench.papers import PaperOnBench
from hardware_sim.link.device import SimDevice, Verb, WireEntry

SHOWN_BYTES = 256
"""Bytes of one wire entry that the API gives; the rest is counted."""


class ArgumentModel(BaseModel):
    """One argument of a verb."""

    name: str
    kind: str
    default: str | float | None
    choices: list[str]


class VerbModel(BaseModel):
    """One thing that hands can do."""

    name: str
    title: str
    title_en: str
    arguments: list[ArgumentModel]

    @classmethod
    def of(cls, verb: Verb) -> VerbModel:
        """Describe a verb."""
        return cls(
            name=verb.name,
            title=verb.title,
            title_en=verb.title_en,
            arguments=[
                ArgumentModel(
                    name=a.name, kind=a.kind, default=a.default, choices=list(a.choices)
                )
                for a in verb.arguments
            ],
        )


class DeviceModel(BaseModel):
    """One device: where it answers, what it looks like now, what can be done."""

    name: str
    title: str
    title_en: str
    endpoint: str
    state: dict[str, Any]
    verbs: list[VerbModel]

    @classmethod
    def of(cls, device: SimDevice, bench: Bench) -> DeviceModel:
        """Describe a device."""
        return cls(
            name=device.name,
            title=device.title,
            title_en=getattr(device, "title_en", device.name),
            endpoint=bench.endpoints.get(device.name, ""),
            state=device.state(),
            verbs=[VerbModel.of(verb) for verb in device.verbs().values()],
        )


class ActedModel(BaseModel):
    """What came of a verb."""

    result: Any
    state: dict[str, Any]


class WireModel(BaseModel):
    """One entry of a wire log."""

    at: float
    direction: str
    hex: str
    size: int
    meaning: str

    @classmethod
    def of(cls, entry: WireEntry) -> WireModel:
        """Describe an entry, its bytes cut to ``SHOWN_BYTES``."""
        return cls(
            at=entry.at,
            direction=entry.direction,
            hex=entry.data[:SHOWN_BYTES].hex(" "),
            size=len(entry.data),
            meaning=entry.meaning,
        )


class PaperModel(BaseModel):
    """One piece of paper and the address of its picture."""

    id: str
    device: str
    at: float
    picture: str
    text: str
    taken: bool
    cut: bool

    @classmethod
    def of(cls, piece: PaperOnBench) -> PaperModel:
        """Describe a paper."""
        return cls(
            id=piece.id,
            device=piece.device,
            at=piece.paper.at,
            picture=f"/api/papers/{piece.id}.png",
            text=piece.paper.text,
            taken=piece.paper.taken,
            cut=piece.paper.cut,
        )


class PersonModel(BaseModel):
    """One invented person with a card."""

    key: str
    name: str
    sex: str
    birth: str
    number: str
    document: str


class SnapshotModel(BaseModel):
    """Everything that changes, in one answer for the page."""

    now: float
    states: dict[str, dict[str, Any]]
    wires: dict[str, list[WireModel]]
    papers: list[PaperModel]


class ScenarioModel(BaseModel):
    """A scenario file that can be run."""

    name: str
    title: str
    title_en: str
    running: bool
    outcome: str
