"""Writes tests/contract.txt from the OpenAPI document: python -m tests.contract"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("contract.txt")


def listed() -> list[str]:
    """One line for each operation and each of its parameters and bodies, fields by name."""
    from drf_spectacular.generators import SchemaGenerator

    document = SchemaGenerator().get_schema(request=None, public=True)
    schemas = document["components"]["schemas"]
    lines = []
    for path, operations in sorted(document["paths"].items()):
        for method, operation in sorted(operations.items()):
            name = f"{method.upper()} {path}"
            lines.append(f"{name} {' '.join(sorted(operation['responses']))}")
            lines += [f"{name} {line}" for line in details(operation, schemas)]
    return lines


def details(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    parameters = [f"{one['in']}:{one['name']}" for one in operation.get("parameters", []) if one["in"] != "path"]
    if parameters:
        yield f"asks {' '.join(sorted(parameters))}"
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        yield f"reads {kind}: {' '.join(fields(body['schema'], schemas))}"
    for status, response in sorted(operation["responses"].items()):
        for kind, body in response.get("content", {}).items():
            if "problem" not in kind:
                yield f"says {status} {kind}: {' '.join(fields(body.get('schema', {}), schemas))}"


def fields(schema: dict[str, Any], schemas: dict[str, Any], prefix: str = "", depth: int = 0) -> list[str]:
    """The names of its fields, nested ones as outer.inner; a required field ends in "!"."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if "items" in schema:
        return fields(schema["items"], schemas, prefix, depth)
    found = []
    for part in [*schema.get("allOf", []), *schema.get("oneOf", []), *schema.get("anyOf", [])]:
        found += fields(part, schemas, prefix, depth)
    for name, field in schema.get("properties", {}).items():
        needed = "!" if name in schema.get("required", []) else ""
        found.append(f"{prefix}{name}{needed}")
        if depth < 4:
            found += fields(field, schemas, f"{prefix}{name}.", depth + 1)
    return sorted(set(found))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pos.settings")
    import django

    django.setup()
    FILE.write_text("\n".join(listed()) + "\n")
