"""The contract keeps its own rules, and the client asks all of its operations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any


def _contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    parts = [operation.get("requestBody", {}), *operation["responses"].values()]
    for part in parts:
        yield from part.get("content", {}).values()


def test_every_example_keeps_its_schema(contract: Any) -> None:
    seen = 0
    for _, _, operation in contract.operations():
        for content in _contents(operation):
            examples = [content["example"]] if "example" in content else []
            examples += [one["value"] for one in content.get("examples", {}).values()]
            for example in examples:
                contract.check(content["schema"], example)
                seen += 1
    assert seen >= 27


def test_every_named_refusal_stands_in_the_table(contract: Any) -> None:
    table = contract.document["info"]["description"]
    table = table[table.index("## Refusal codes") :]
    known = set(re.findall(r"`([a-z]+\.[A-Za-z_]+|EQ[0-9]{4})`", table))
    for where, _, operation in contract.operations():
        text = operation["description"]
        named = set(re.findall(r"`((?:[a-z]+\.[A-Za-z_]+)|EQ[0-9]{4})`", text))
        assert named - {"bill.amount_fen"} <= known, where


def test_every_refusal_code_has_the_form_of_a_code(contract: Any) -> None:
    form = contract.document["components"]["schemas"]["Problem"]["properties"]["code"]
    table = contract.document["info"]["description"]
    table = table[table.index("## Refusal codes") :]
    codes = re.findall(r"`([a-z]+\.[A-Za-z_]+|EQ[0-9]{4})`", table)
    assert len(codes) > 60
    for code in codes:
        assert re.fullmatch(form["pattern"].strip("^$"), code), code


def _operations_of_the_client() -> set[str]:
    """First words of every ``Call``: the names under which the client asks."""
    folder = Path(str(files("services.platform")))
    names: set[str] = set()
    for path in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    names.add(first.value)
    return names


def test_client_asks_every_operation_of_its_ports(contract: Any) -> None:
    all_of_it = {operation["operationId"] for _, _, operation in contract.operations()}
    left_out = all_of_it - _operations_of_the_client()
    assert left_out == {"sendHeartbeat", "fetchCase"}
