"""Runs the typesetter in a process of its own, for one document at a time.

Typst keeps the fonts that it has opened: 120 MB that a kiosk would hold for ever
after its first certificate. A process that ends gives them back, and one that hangs
or dies takes no screen with it. What is to be set goes in by a pipe, never by a
command line that others can read::

    parent ── JSON ──► stdin │ python -m services.documents.typeset │ stdout ──► PDF
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

_REFUSED = 3
"""Exit code: the template or its values do not set."""
LIMIT_S = 30.0


class NotSet(Exception):
    """The typesetter made no document; the text says why, without any value."""


@dataclass(frozen=True, slots=True)
class Job:
    """One document to set.

    Attributes:
        root: folder that the template may read from.
        inputs: what the template finds in ``sys.inputs``; personal.
        timestamp: seconds since the epoch, written into the file.
    """

    root: str
    source: str
    font_folders: Sequence[str]
    inputs: Mapping[str, str] = field(repr=False)
    timestamp: int = 0


def typeset_blocking(job: Job, limit_s: float = LIMIT_S) -> bytes:
    """Return the document as PDF/A-2b.

    Raises:
        NotSet: it does not set, the process died, or it took too long.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "services.documents.typeset"],
            input=json.dumps(asdict(job)).encode(),
            capture_output=True,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotSet(f"no document within {limit_s:.0f} s") from None
    if done.returncode == _REFUSED:
        raise NotSet("the template does not set")
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise NotSet(f"the typesetter ended with {done.returncode}")
    return done.stdout


def _set(job: Job) -> bytes | None:
    import typst

    compiler = typst.Compiler(
        root=Path(job.root),
        font_paths=typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=list(job.font_folders),
        ),
        sys_inputs=dict(job.inputs),
    )
    try:
        content, warnings = compiler.compile_with_warnings(
            Path(job.source),
            format="pdf",
            pdf_standards="a-2b",
            timestamp=job.timestamp,
        )
    except typst.TypstError:
        return None
    return content if isinstance(content, bytes) and not warnings else None


def main() -> int:
    """Be the child: one job in, one document out."""
    content = _set(Job(**json.load(sys.stdin)))
    if content is None:
        return _REFUSED
    sys.stdout.buffer.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
