"""What is added to the OpenAPI document once all operations are in it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pos.api import problems
from pos.api.schema import HEADERS, problem_responses

TAGS: Mapping[str, str] = {
    "approval-rules": "How far each role may go.",
    "approvals": "Questions to a manager, and their answers.",
    "auth": "Sign in, go on, sign out.",
    "backups": "Whether the books are safe.",
    "baskets": "Sales being rung up.",
    "bills": "Sales, refunds and exchanges, and their papers.",
    "categories": "What goods are sorted by.",
    "changes": "The feed of changes.",
    "counts": "Stocktakes: sheets, entries, differences.",
    "gift-cards": "Gift cards and store credit.",
    "goods-receipts": "Deliveries of suppliers.",
    "imports": "Lists that come in as files.",
    "jobs": "What is printed and mailed.",
    "journal": "Double entry for the accountant.",
    "keys": "Keys of machines.",
    "label-patterns": "How the shop's own labels are read.",
    "labels": "Labels for shelves and goods, to be printed.",
    "late-sales": "What was sold while the server was away.",
    "locations": "Where goods are, beside the shop's first location.",
    "me": "Who asks.",
    "members": "Who shops here: points, tiers, consent.",
    "outage-problems": "Late sales that wait for a manager.",
    "products": "Goods, their pictures and their stock.",
    "purchase-orders": "Orders to suppliers.",
    "quotes": "What a sale would cost.",
    "reasons": "Why things are written off, paid out or taken back.",
    "refunds": "Goods that come back without a receipt.",
    "registers": "Tills, and the registers of machines.",
    "reports": "Figures of the shop.",
    "roles": "Roles of the shop's own.",
    "samples": "Goods to try a new shop with.",
    "schema": "This document.",
    "settings": "The rules in force.",
    "shifts": "Drawers: opened, counted, closed.",
    "snapshot": "Everything there is, to begin a mirror with.",
    "start": "Where to go on.",
    "stock": "The stock of many products at once.",
    "supplier-returns": "Goods that go back to suppliers.",
    "suppliers": "Who delivers, and what they call it.",
    "tax-exports": "Archives for the tax office.",
    "tax-rates": "Tax rates.",
    "tenders": "Means of payment.",
    "trail": "Who did what to whom.",
    "transfers": "Goods between locations.",
    "unknown-codes": "Codes that were scanned and belong to no product.",
    "users": "Who works here.",
    "webhooks": "The feed of changes, pushed.",
}
# What drf-spectacular calls an empty choice and a missing one
NAMELESS: Mapping[str, Mapping[str, Any]] = {
    "BlankEnum": {"type": "string", "const": ""},
    "NullEnum": {"type": "null"},
}
# A request that works and its answer, by operation; tests/pos/test_api_examples.py runs them and writes this file
EXAMPLES: Mapping[str, Any] = json.loads(Path(__file__).with_name("examples.json").read_text())
REF = "#/components/schemas/"
JSON = "application/json"

BLANK = {"type": "string", "maxLength": 0}


def finish(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of drf-spectacular, after the one that names the enums."""
    components = result["components"]
    components["responses"] = problem_responses()
    written = json.dumps([result["paths"], components["responses"]], default=str)
    components["headers"] = {name: told for name, told in HEADERS.items() if f"#/components/headers/{name}" in written}
    result["paths"] = {path.rstrip("/"): methods for path, methods in result["paths"].items()}
    name_empty_choices(result)
    drop_empty_defaults(result)
    part_the_blank(result)
    tell_defaults(components["schemas"])
    schemas = components["schemas"]
    schemas |= problems.schemas()
    typed = {"code": {"$ref": f"{REF}ProblemCode"}, "facts": {"$ref": f"{REF}ProblemFacts"}}
    for problem in {"Problem", "RowProblem"} & set(schemas):
        schemas[problem]["properties"] |= typed
    components["schemas"] = dict(sorted(schemas.items()))
    for one in operations(result):
        show_examples(one)
    tags = {tag for one in operations(result) for tag in one["tags"]}
    result["tags"] = [{"name": tag, "description": TAGS.get(tag, f"{tag.capitalize()}.")} for tag in sorted(tags)]
    return result


def operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from methods.values()


def show_examples(operation: dict[str, Any]) -> None:
    """One for the body, one for the usual answer, and for an answer of another shape its own: `late_sale 202`."""
    name = operation["operationId"]
    usual = EXAMPLES.get(name, {})
    told = answer_of(operation).get("content", {}).get(JSON, {}).get("schema")
    if "request" in usual and "requestBody" in operation:
        operation["requestBody"]["content"][JSON]["example"] = usual["request"]
    for status, body in operation["responses"].items():
        if status.startswith("2") and (content := body.get("content", {}).get(JSON)):
            own = EXAMPLES.get(f"{name} {status}", usual if content["schema"] == told else {})
            content |= {"example": own["answer"]} if "answer" in own else {}


def answer_of(operation: Mapping[str, Any]) -> dict[str, Any]:
    """The answer when it is done now, not again."""
    return next(operation["responses"][code] for code in ("201", "200", "204") if code in operation["responses"])


def name_empty_choices(result: dict[str, Any]) -> None:
    """Says "nothing" where it may stand, instead of by a name that says nothing."""
    for name, shape in NAMELESS.items():
        if result["components"]["schemas"].pop(name, None):
            put(result, {"$ref": REF + name}, shape)


def drop_empty_defaults(part: Any) -> None:
    """A default of nothing is no value of its own: what is left out is left out."""
    if isinstance(part, dict) and part.get("default") == "":
        del part["default"]
        if list(part) == ["allOf"]:
            part |= part.pop("allOf")[0]
    for value in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        drop_empty_defaults(value)


def part_the_blank(part: Any) -> None:
    """An address or nothing: nothing is no address as well, for who does not check the format."""
    choices = part.get("oneOf", []) if isinstance(part, dict) else []
    if BLANK in choices:
        for choice in choices:
            if choice != BLANK:
                choice.setdefault("minLength", 1)
    for value in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        part_the_blank(value)


def tell_defaults(schemas: Mapping[str, Any]) -> None:
    """What a field is when it is left out, in words: generators take a field with a `default` for one that is always
    there, and their clients would have to send it."""
    for shape in schemas.values():
        for field in shape.get("properties", {}).values():
            if "default" in field:
                told = f"left out: {json.dumps(field.pop('default'))}"
                field["description"] = "; ".join(filter(None, [field.get("description"), told]))


def put(part: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    values = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for place, value in list(values):
        if value == old:
            part[place] = dict(new)
        else:
            put(value, old, new)
