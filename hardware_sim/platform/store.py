"""The platform's own SQLite file. Calls are short and made on the event loop."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SCHEMAS = ("schema.sql", "schema_money.sql")
_VERSION = 3
"""Of the tables; a file of another version is not opened."""


class Store:
    """One connection; rows by name.

    Args:
        path: file, created when missing.

    Raises:
        ValueError: the file was made by another version; begin with a new one.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._check_version(path)
        for name in _SCHEMAS:
            schema = Path(__file__).with_name(name).read_text(encoding="utf-8")
            self._connection.executescript(schema)

    def _check_version(self, path: Path) -> None:
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        tables = self._connection.execute("SELECT count(*) FROM sqlite_master")
        if found != _VERSION and tables.fetchone()[0]:
            raise ValueError(f"{path} is of another version of the simulated city")
        self._connection.execute(f"PRAGMA user_version = {_VERSION}")

    def run(self, statement: str, *values: object) -> int:
        """Change something and return the number of rows changed."""
        return self._connection.execute(statement, values).rowcount

    def one(self, statement: str, *values: object) -> sqlite3.Row | None:
        """Return the first row, ``None`` when there is none."""
        row: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
        return row

    def all(self, statement: str, *values: object) -> list[sqlite3.Row]:
        """Return all rows."""
        return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all changes made inside, or none when it is left by an exception."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Free the file."""
        self._connection.close()
