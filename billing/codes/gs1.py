"""Reads GS1 codes: element strings as sent by scanners or typed by people, and GS1 Digital Links."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from biip import ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementStrings
from biip.gs1_messages import GS1Message
from django.utils.translation import gettext_lazy as _
from stdnum import ean

from pos.errors import Refused

GROUP = "\x1d"
GROUPS_WRITTEN_OUT = re.compile("\u241d|\\{GS\\}|<GS>", re.IGNORECASE)
SYMBOLOGY = re.compile(r"\][A-Za-z][0-9]")
MESSAGES = ("]C1", "]d2", "]Q3", "]e0", "]J1")
LINK = re.compile(r"https?://\S+/01/[0-9]{8,14}\b\S*")
GRAM, POUND = Decimal("0.001"), Decimal("0.45359237")


class BadCode(Refused):
    code = "bad_code"
    message = _("This code is damaged or not complete. Scan it again.")


@dataclass(frozen=True, slots=True)
class Message:
    """The elements a till uses; weights in kilograms, prices in the shop's currency."""

    gtin: str
    batch: str = ""
    serial: str = ""
    expires: date | None = None
    weight: Decimal | None = None
    count: int | None = None
    price: Decimal | None = None


def without_symbology(code: str) -> str:
    """The code without the three-character symbology identifier that some scanners send first."""
    return SYMBOLOGY.sub("", code, count=1) if code.startswith("]") else code


def looks_like_one(code: str) -> bool:
    """Whether this is a GS1 code: by symbology identifier, brackets or link, or an element string with a valid GTIN."""
    begins = code.startswith((*MESSAGES, "(01)", "(02)", GROUP, "\u241d"))
    is_element = len(code) > 16 and re.match("0[12][0-9]{14}", code) is not None and ean.is_valid(code[2:16])
    return begins or is_element or LINK.fullmatch(without_symbology(code)) is not None


def read(code: str) -> Message:
    """Reads the code. Raises BadCode if it is cut short or holds an unknown element, a wrong check digit or a wrong
    date."""
    try:
        parts = elements(GROUPS_WRITTEN_OUT.sub(GROUP, without_symbology(code)))
    except (ParseError, ValueError):
        raise BadCode from None
    goods = parts.get(ai="01") or parts.get(ai="02")
    if goods is None or goods.gtin is None:
        raise BadCode(_("This code names no product, or its check digit is wrong. Scan it again."))
    said = {part.ai.ai: part.value for part in parts}
    best_by, count, price = parts.get(ai="17"), said.get("30") or said.get("37"), parts.get(ai="392")
    return Message(
        gtin=goods.value,
        batch=said.get("10", ""),
        serial=said.get("21", ""),
        expires=best_by.date if best_by else None,
        weight=weight(parts),
        count=int(count) if count else None,
        price=price.decimal if price else None,
    )


def elements(code: str) -> GS1ElementStrings:
    if code.startswith("("):
        message = GS1Message.parse_hri(code)
        if message.as_hri() != code:
            raise BadCode
        return message.element_strings
    if LINK.fullmatch(code):
        return GS1DigitalLinkURI.parse(code).element_strings
    return GS1Message.parse(code.lstrip(GROUP)).element_strings


def weight(parts: GS1ElementStrings) -> Decimal | None:
    """Net weight in kilograms; pounds are converted, rounded to the gram."""
    if (kilograms := parts.get(ai="310")) is not None:
        return kilograms.decimal
    if (pounds := parts.get(ai="320")) is not None and pounds.decimal is not None:
        return (pounds.decimal * POUND).quantize(GRAM, ROUND_HALF_UP)
    return None
