"""Numbers as people type them: in every field of every page, comma and point are both accepted as decimal mark."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

FIGURE = re.compile(r"[+-]?[0-9.,]*[0-9][0-9.,]*")
GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?:,[0-9]{3})+")
LONGEST = 30
HUNDRED = Decimal(100)
Decimals = Callable[[], int]


class Unclear(ValueError):
    """A single comma or point followed by three digits, in a field with fewer decimals: it could mean thousands or a
    fraction."""


def read(written: str, decimals: int) -> Decimal:
    """Parses a typed number. If both marks occur, the last is the decimal mark and the others separate thousands; a
    mark that occurs several times separates thousands. Raises ValueError for no number, Unclear for an ambiguous
    one."""
    text = written.strip()
    if len(text) > LONGEST or not FIGURE.fullmatch(text):
        raise ValueError(text)
    body = text.lstrip("+-")
    marks = re.findall(r"[.,]", body)
    if not marks:
        return Decimal(text)
    whole, _mark, rest = body.rpartition(marks[-1])
    if len(marks) > 1 and len(set(marks)) == 1:
        whole, rest = body, ""
    elif len(marks) == 1 and len(rest) == 3 > decimals and GROUPED.fullmatch(body):
        raise Unclear(text)
    if re.search(r"[.,]", whole) and not GROUPED.fullmatch(whole):
        raise ValueError(text)
    figure = Decimal(f"{re.sub('[.,]', '', whole) or '0'}.{rest or '0'}")
    return -figure if text.startswith("-") else figure


class AmountField(forms.DecimalField):
    """A number typed with a point or a comma. `marks` gives its usual number of decimals, `least` the minimum shown."""

    widget = forms.TextInput

    def __init__(self, *, marks: Decimals = lambda: 3, least: Decimals = lambda: 0, **kwargs: Any) -> None:
        self.marks, self.least = marks, least
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off", "size": 12}

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return super().to_python(value)
        if not value.strip():
            return None
        try:
            return read(value, self.marks())
        except Unclear:
            plain = re.sub("[.,]", "", value.strip())
            fraction = value.strip().replace(",", ".")
            told = {"written": value.strip(), "thousands": plain, "fraction": f"{fraction}0"}
            sentence = _("%(written)s may mean two things: write %(thousands)s or %(fraction)s.")
            raise ValidationError(sentence, code="unclear", params=told) from None
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        return typed(value, self.least()) if isinstance(value, Decimal) else value


class PercentField(AmountField):
    """A fraction, shown and typed in per cent."""

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        if not isinstance(value, str) or found is None:
            return found
        if not 0 <= found <= HUNDRED:
            raise ValidationError(_("A rate lies between 0 and 100 per cent."), code="no_rate")
        return found / HUNDRED

    def prepare_value(self, value: Any) -> Any:
        return typed(value * HUNDRED) if isinstance(value, Decimal) else value


def typed(figure: Decimal, least: int = 0) -> str:
    """Formats a number for a text field: the language's decimal mark, and no trailing zeros beyond `least` decimals."""
    plain = figure.normalize()
    decimals = max(least, -int(plain.as_tuple().exponent))
    return f"{plain:.{decimals}f}".replace(".", str(get_format("DECIMAL_SEPARATOR")))
