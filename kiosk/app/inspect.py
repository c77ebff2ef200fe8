"""``kiosk matter``: look at the catalogue without touching anything."""

from __future__ import annotations

import argparse
import json

from services.catalogue.loader import load_catalogue


def matters(options: argparse.Namespace) -> int:
    """List the matters of the bundled catalogue; a wrong one is an error."""
    catalogue = load_catalogue()
    rows = [
        {
            "key": matter.key,
            "title": matter.title.zh,
            "domain": matter.domain,
            "steps": [step.kind for step in matter.steps],
        }
        for matter in catalogue.matters
    ]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{row['key']:40} {row['title']}  {' > '.join(row['steps'])}")
    return 0
