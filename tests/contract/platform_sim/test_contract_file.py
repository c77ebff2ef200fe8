"""The contract file itself."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
import schemathesis

METHODS = {"get", "put", "post", "delete", "patch"}


def operations(contract: Any) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", operation)
        for path, item in contract.raw["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def test_contract_is_valid_openapi(contract: Any) -> None:
    schemathesis.openapi.from_dict(contract.raw).validate()


def test_every_schema_is_valid_json_schema(contract: Any) -> None:
    for schema in contract.raw["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_operation_is_named_and_described(contract: Any) -> None:
    names = [operation["operationId"] for _, operation in operations(contract)]
    assert len(names) == len(set(names)) == 34
    for where, operation in operations(contract):
        assert len(operation["description"]) > 40, where
        assert operation["tags"], where


def test_every_answer_but_2xx_is_a_problem(contract: Any) -> None:
    for where, operation in operations(contract):
        codes = set(operation["responses"])
        assert {"401", "503"} <= codes, where
        for code, answer in operation["responses"].items():
            if not code.startswith("2"):
                assert answer["$ref"].startswith("#/components/responses/"), where
    for name, answer in contract.raw["components"]["responses"].items():
        schema = answer["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}, name


def test_request_bodies_name_all_their_members(contract: Any) -> None:
    def closed(node: Any, where: str) -> None:
        if not isinstance(node, dict):
            return
        if node.get("type") == "object":
            assert "additionalProperties" in node, where
        for key, child in node.items():
            for one in child if isinstance(child, list) else [child]:
                closed(one, f"{where}/{key}")

    closed(contract.raw["components"]["schemas"], "")


@pytest.mark.parametrize("word", ["name", "phone", "account"])
def test_no_personal_data_in_urls(contract: Any, word: str) -> None:
    for where, operation in operations(contract):
        for parameter in operation.get("parameters", ()):
            if parameter.get("in") in ("path", "query"):
                assert word not in parameter["name"], where
