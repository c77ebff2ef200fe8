"""Sample views for review and tests: every kind of page, with invented content.

One module for each family of pages; those of money are drawn by the flow itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.core import bodies as v
from kiosk.core import views
from tests.screens import (
    arrival_samples,
    form_samples,
    material_samples,
    outcome_samples,
    pay_samples,
    review_samples,
    stop_samples,
    working_samples,
)
from tests.screens.money_samples import every_money_body
from tests.screens.sample_parts import (
    CANCEL,
    SECRETS,  # noqa: F401  for the tests
    WATER,
    WAY,
    pictures,  # noqa: F401  for the tests
    progress,
    view,
)


def every_view() -> Mapping[str, views.View]:
    """Return all samples by name, in the order in which somebody comes to them."""
    return {
        **arrival_samples.every_view(),
        **form_samples.every_view(),
        **material_samples.every_view(),
        **review_samples.every_view(),
        **pay_samples.every_view(),
        **working_samples.every_view(),
        **outcome_samples.every_view(),
        **stop_samples.every_view(),
        **_money_views(),
    }


def _money_views() -> Mapping[str, views.View]:
    """Return the pages of money, with the buttons around them."""
    found = {}
    for name, body in every_money_body().items():
        around = {"leave": CANCEL} if isinstance(body, v.PayBody) else WAY
        found[name] = view(body, progress=progress(4, 6, WATER), **around)
    return found
