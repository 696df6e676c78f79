"""What a GS1 code says: element strings as scanners send them, or as people write them with brackets."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from stdnum import ean

from pos.errors import Refused

SEPARATORS = re.compile("\x1d|\u241d|\\{GS\\}|<GS>", re.IGNORECASE)
SYMBOLOGIES = ("]C1", "]d2", "]Q3", "]e0", "]J1")
BRACKETS = re.compile(r"\(([0-9]{2,4})\)([^(]*)")
FIXED = {"00": 18, "01": 14, "02": 14, "11": 6, "13": 6, "15": 6, "17": 6, "20": 2}
MEASURES = re.compile(r"3[0-6][0-9]{2}")
VARIABLE = {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8, "240": 30, "241": 30, "400": 30, "8005": 6}
PRICES = re.compile(r"39[0-3][0-9]")


class BadCode(Refused):
    code = "bad_code"
    message = _("This code is damaged or not complete. Scan it again.")


@dataclass(frozen=True, slots=True)
class Message:
    """The elements a till has a use for; weights in kilograms, prices in the shop's currency."""

    gtin: str
    batch: str = ""
    serial: str = ""
    expires: date | None = None
    weight: Decimal | None = None
    count: int | None = None
    price: Decimal | None = None


def looks_like_one(code: str) -> bool:
    """Said by the scanner, written with brackets, or an element string beginning with a true GTIN."""
    begins = code.startswith((*SYMBOLOGIES, "(01)", "(02)", "\x1d", "\u241d"))
    return begins or (len(code) > 16 and re.match("0[12][0-9]{14}", code) is not None and ean.is_valid(code[2:16]))


def read(code: str) -> Message:
    """What the code says, or BadCode: cut short, an element unknown, a check digit or a date wrong."""
    parts = elements(code)
    gtin = parts.get("01") or parts.get("02") or ""
    if not gtin or not ean.is_valid(gtin):
        raise BadCode(_("This code names no product, or its check digit is wrong. Scan it again."))
    return Message(
        gtin=gtin,
        batch=parts.get("10", ""),
        serial=parts.get("21", ""),
        expires=day(parts["17"]) if "17" in parts else None,
        weight=measured(parts, "310"),
        count=whole(parts.get("30") or parts.get("37")),
        price=measured(parts, "392"),
    )


def elements(code: str) -> dict[str, str]:
    """Each application identifier with its data."""
    if code.startswith("("):
        found = BRACKETS.findall(code)
        if "".join(f"({key}){data}" for key, data in found) != code:
            raise BadCode
        return {key: checked(key, data) for key, data in found}
    for symbology in SYMBOLOGIES:
        code = code.removeprefix(symbology)
    left, parts = SEPARATORS.sub("\x1d", code).lstrip("\x1d"), {}
    while left:
        key, data, left = first_element(left)
        parts[key] = data
    return parts


def first_element(text: str) -> tuple[str, str, str]:
    """The identifier and data at the beginning, and what follows them."""
    key = next((text[:n] for n in (2, 3, 4) if is_known(text[:n])), "")
    if not key:
        raise BadCode
    rest = text[len(key) :]
    if (length := fixed_length(key)) is not None:
        data, rest = rest[:length], rest[length:]
    else:
        data, _, rest = rest.partition("\x1d")
    return key, checked(key, data), rest.lstrip("\x1d")


def is_known(key: str) -> bool:
    measured = len(key) == 4 and (MEASURES.fullmatch(key) or PRICES.fullmatch(key))
    return key in FIXED or key in VARIABLE or bool(measured)


def fixed_length(key: str) -> int | None:
    return 6 if MEASURES.fullmatch(key) and len(key) == 4 else FIXED.get(key)


def checked(key: str, data: str) -> str:
    """The data if it has the length and the characters its identifier asks for."""
    if not is_known(key):
        raise BadCode
    length = fixed_length(key)
    numeric = length is not None or key in ("30", "37", "8005") or PRICES.fullmatch(key) is not None
    longest = length or (18 if PRICES.fullmatch(key) else VARIABLE.get(key, 0))
    right_length = len(data) == length if length else 0 < len(data) <= longest
    if not right_length or (numeric and not (data.isascii() and data.isdecimal())):
        raise BadCode
    return data


def measured(parts: dict[str, str], family: str) -> Decimal | None:
    """310x and 392x: the last digit of the identifier says how many decimals the data has."""
    for key, data in parts.items():
        if len(key) == 4 and key.startswith(family):
            return Decimal(data).scaleb(-int(key[3]))
    return None


def whole(data: str | None) -> int | None:
    return int(data) if data else None


def day(text: str) -> date:
    """YYMMDD within fifty years from now on either side of 2000's; day 00 is the last of the month."""
    year, month, of_month = int(text[:2]), int(text[2:4]), int(text[4:])
    year += 1900 if year > 75 else 2000
    try:
        return date(year, month, of_month or monthrange(year, month)[1])
    except ValueError:
        raise BadCode(_("The date in this code is no day of the calendar.")) from None
