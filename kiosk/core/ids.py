"""Names for the identifiers that travel through the system.

All are opaque strings: nothing may take them apart except the module that made
them. Only ``OrderId`` has a fixed form (``services.payments.order_number``).
"""

from __future__ import annotations

from typing import NewType

TerminalId = NewType("TerminalId", str)
"""Machine number as printed on the cabinet, ``A-0317``."""

MatterKey = NewType("MatterKey", str)
"""File name of the matter in the catalogue, ``water-payment``."""

DeviceName = NewType("DeviceName", str)
"""Name of a device in the settings, ``idcard``."""

OrderId = NewType("OrderId", str)
"""Payment order number, made by the kiosk, unique for ever."""

ActId = NewType("ActId", str)
"""Number of one irrevocable act (print, submit) in the journal."""

SubmissionId = NewType("SubmissionId", str)
"""Number of one case submission, made by the kiosk: the platform's idempotency key."""

CaseNumber = NewType("CaseNumber", str)
"""办件编号, made by the platform, up to 50 characters."""

IdentityToken = NewType("IdentityToken", str)
"""What the platform hands out for a verified person; valid for one visit."""
