"""Every code a problem of the API can have, and the facts that come with it, for the OpenAPI document."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils import translation
from rest_framework import exceptions

from pos.errors import Refused
from pos.web.arrival import UNREAD
from pos.web.error_pages import SENTENCES

Shape = Mapping[str, Any]

TEXT: Shape = {"type": "string"}
NUMBER: Shape = {"type": "integer"}
IDS: Shape = {"type": "array", "items": NUMBER}
TEXTS: Shape = {"type": "array", "items": TEXT}
BY_NAME: Shape = {"type": "object", "additionalProperties": TEXT}
ANYTHING: Shape = {"type": "object", "additionalProperties": True}

# What a code may tell beside its sentence; amounts and quantities are text, as everywhere.
FACTS: Mapping[str, Mapping[str, Shape]] = {
    "age_check_required": {"minimum_age": NUMBER},
    "already_refunded": {"lines": IDS},
    "bad_code": {"expected": TEXT},
    "basket_closed": {"register": TEXT},
    "count_contradicted": {"products": IDS},
    "counted_since": {"products": IDS},
    "denied": {"action": TEXT, "size": TEXT},
    "in_training": {"register": TEXT},
    "in_use": {"field": TEXT, "rows": NUMBER},
    "journal_not_balanced": {"entries": TEXTS},
    "more_than_ordered": {"products": BY_NAME},
    "more_than_received": {"products": IDS},
    "more_than_sent": {"products": IDS},
    "needs_approval": {"action": TEXT, "size": TEXT, "facts": ANYTHING},
    "needs_recount": {"products": IDS},
    "no_open_shift": {"register": TEXT, "shift": NUMBER},
    "no_outage_sales": {"register": TEXT},
    "no_printer": {"register": TEXT},
    "not_booked": {"number": TEXT},
    "not_enough_on_card": {"balance": TEXT},
    "not_enough_points": {"points": TEXT},
    "not_final": {"day": TEXT},
    "not_for_sale": {"products": IDS},
    "not_on_sheet": {"products": IDS},
    "not_our_printer": {"field": TEXT},
    "order_not_open": {"state": TEXT},
    "out_of_scope": {"needs": TEXT, "registers": TEXTS, "locations": TEXTS, "most": TEXT},
    "out_of_stock": {"products": {"anyOf": [BY_NAME, IDS]}},
    "outcome_unknown": {"look_up": TEXT},
    "past_its_date": {"expires": {"type": "string", "format": "date"}},
    "pin_closed": {"retry_after": NUMBER},
    "pin_locked": {"retry_after": NUMBER},
    "points_exceed_due": {"total": TEXT},
    "price_needed": {"product": NUMBER},
    "refund_exceeds_sale": {"lines": BY_NAME, "tenders": BY_NAME},
    "sheet_closed": {"number": TEXT},
    "shift_is_open": {"shift": NUMBER},
    "stale": {"version": NUMBER, "products": TEXTS, "fields": TEXTS},
    "steep_prices": {"steep": NUMBER},
    "taken_back": {"counted": TEXT},
    "tender_too_small": {"due": TEXT, "missing": TEXT},
    "throttled": {"retry_after": NUMBER},
    "too_many_attempts": {"retry_after": NUMBER},
    "too_many_requests": {"retry_after": NUMBER, "per_minute": NUMBER},
    "total_changed": {"total": TEXT, "difference": TEXT, "amount": TEXT},
    "undone_before": {"number": TEXT},
    "unknown_code": {"amount": TEXT, "read": TEXT, "code": TEXT},
    "unknown_member": {"member": NUMBER},
    "unknown_product": {"products": IDS, "barcodes": TEXTS, "code": TEXT},
    "weight_needed": {"product": NUMBER},
}
OF_FRAMEWORK = (
    exceptions.ParseError,
    exceptions.NotAuthenticated,
    exceptions.AuthenticationFailed,
    exceptions.PermissionDenied,
    exceptions.NotFound,
    exceptions.MethodNotAllowed,
    exceptions.NotAcceptable,
    exceptions.UnsupportedMediaType,
    exceptions.Throttled,
)


def refusals(of: type[Refused] = Refused) -> Iterator[type[Refused]]:
    """All kinds of refusals, in an order that does not depend on what was imported first."""
    yield of
    for kind in sorted(of.__subclasses__(), key=lambda one: (one.__module__, one.__qualname__)):
        yield from refusals(kind)


def codes() -> dict[str, dict[str, Any]]:
    """Each code with its status, its usual sentence and its facts."""
    import_module(settings.ROOT_URLCONF)  # knows every door, and so every refusal
    found: dict[str, dict[str, Any]] = {}
    with translation.override("en"):
        for kind in OF_FRAMEWORK:
            found[kind.default_code] = told(kind.status_code, str(kind.default_detail))
        found["key_not_valid"] = told(401, "This key is not valid, or not any more.")
        found["server_error"] = told(500, "Something went wrong on our side.")
        for status, (code, unread) in UNREAD.items():
            found[code] = told(status, unread)
        for refused in refusals():
            if not refused.__module__.startswith("tests."):
                found.setdefault(refused.code, told(refused.status, str(refused.message)))
        for number, (code, sentence) in SENTENCES.items():
            found.setdefault(code, told(abs(number), str(sentence)))
    for code, facts in FACTS.items():
        found[code]["facts"] = dict(facts)
    return dict(sorted(found.items()))


def told(status: int, sentence: str) -> dict[str, Any]:
    return {"status": status, "title": HTTPStatus(status).phrase, "detail": sentence, "facts": {}}


def schemas() -> dict[str, Any]:
    """The parts of the document that say what a problem's code and facts can be."""
    known = codes()
    lines = [f"* `{code}` - {one['status']}: {one['detail']}" for code, one in known.items()]
    return {
        "ProblemCode": {
            "type": "string",
            "enum": list(known),
            "description": "\n".join(lines),
            "x-facts": {code: one["facts"] for code, one in known.items() if one["facts"]},
        },
        "ProblemFacts": {
            "type": "object",
            "description": "What a program needs to go on. Which facts come with which code stands in each of them.",
            "properties": facts_of_all(known),
            "additionalProperties": False,
        },
    }


def facts_of_all(known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """All facts by name. One whose shape depends on the code can have any of its shapes."""
    shapes: dict[str, list[Shape]] = {}
    carried: dict[str, list[str]] = {}
    for code, one in known.items():
        for fact, shape in one["facts"].items():
            carried.setdefault(fact, []).append(code)
            kept = shapes.setdefault(fact, [])
            kept += [way for way in shape.get("anyOf", [shape]) if way not in kept]
    return {
        fact: {**(ways[0] if len(ways) == 1 else {"anyOf": ways}), "description": f"of {', '.join(carried[fact])}"}
        for fact, ways in sorted(shapes.items())
    }
