"""The fields of the API: money and quantities as text, unknown fields refused, no lenient conversions."""

import re
from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import models
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import get_error_detail
from rest_framework.serializers import LIST_SERIALIZER_KWARGS
from rest_framework.validators import UniqueValidator

from pos import money
from pos.api.items import Items

PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,5})?")
CENT = Decimal("0.01")
MOST_UNKNOWN = 50


def is_between(field: Any, value: Any) -> bool:
    """Whether the field's two limits are all there is to check, and are kept: asking its validators takes ten calls."""
    least, most = field.min_value, field.max_value
    return len(field.validators) == 2 and least is not None and most is not None and bool(least <= value <= most)


class NumberField(serializers.DecimalField):
    """A decimal as text or JSON integer; never a float, an exponent, NaN, Infinity or minus zero. `falls_below` says
    that an answer may be negative where a request may not."""

    falls_below = False

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Only null is null: REST framework's decimals read empty text as null too."""
        return serializers.Field.validate_empty_values(self, data)

    def to_internal_value(self, data: Any) -> Decimal:
        text = str(data).strip() if isinstance(data, str | int) and not isinstance(data, bool) else ""
        if not PLAIN_NUMBER.fullmatch(text):
            self.fail("invalid")
        if text.startswith("-") and self.min_value is not None and self.min_value >= 0:
            self.fail("min_value", min_value=self.min_value)
        return self.quantize(self.validate_precision(Decimal(text)))

    def run_validators(self, value: Any) -> None:
        if not is_between(self, value):
            super().run_validators(value)

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        return None if value is None else self.as_text(Decimal(value))

    def as_text(self, value: Decimal) -> str:
        return f"{value:.{self.decimal_places}f}"


class MoneyField(NumberField):
    """An amount in the currency's decimals: "12.50"."""

    def __init__(self, *, min_value: Any = -money.MOST_MONEY, max_value: Any = money.MOST_MONEY, **kw: Any) -> None:
        kw |= {"max_digits": 15, "decimal_places": money.decimals(settings.CURRENCY)}
        super().__init__(min_value=Decimal(min_value), max_value=Decimal(max_value), **kw)


class QuantityField(NumberField):
    """Pieces or kilograms: "2", "0.350"."""

    def __init__(
        self, *, min_value: Any = -money.MOST_QUANTITY, max_value: Any = money.MOST_QUANTITY, **kw: Any
    ) -> None:
        kw |= {"max_digits": 15, "decimal_places": 3}
        super().__init__(min_value=Decimal(min_value), max_value=Decimal(max_value), **kw)

    def as_text(self, value: Decimal) -> str:
        return f"{value:.0f}" if value == value.to_integral_value() else f"{value:.3f}"


class RateField(NumberField):
    """A fraction: "0.15" is fifteen per cent."""

    def __init__(self, *, min_value: Any = 0, max_value: Any = 1, **kw: Any) -> None:
        kw |= {"max_digits": 7, "decimal_places": 5}
        super().__init__(min_value=Decimal(min_value), max_value=Decimal(max_value), **kw)

    def as_text(self, value: Decimal) -> str:
        return f"{value:.2f}" if value == value.quantize(CENT) else f"{value.normalize():f}"


class TextField(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class EmailField(serializers.EmailField):
    """Accepts plus signs and long top-level domains; refuses newlines."""

    def __init__(self, **kw: Any) -> None:
        super().__init__(**{"trim_whitespace": False, "max_length": 254, **kw})


class YesNoField(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class MomentField(serializers.DateTimeField):
    """ISO 8601 in UTC; a time without a zone is read as UTC."""

    def __init__(self, **kw: Any) -> None:
        super().__init__(**{"default_timezone": UTC, **kw})


# Comments instead of docstrings here: the OpenAPI document would repeat a docstring in every subclass. Refuses unknown
# fields and read-only ones.
class StrictSerializer(serializers.Serializer[Any]):
    if TYPE_CHECKING:

        def __init__(self, *args: Any, **kwargs: Any) -> None: ...  # with `many=True` also the options of a list

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> Any:
        told: dict[str, Any] = {name: kwargs.pop(name) for name in ("allow_empty", "max_length") if name in kwargs}
        passed = {name: value for name, value in kwargs.items() if name in LIST_SERIALIZER_KWARGS}
        options: dict[str, Any] = {"child": cls(*args, **kwargs), **passed, **told}
        return Items(*args, **options)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := [name for name in data if name not in self.writable]):
            raise ValidationError({name: [self.refusal(name)] for name in unknown[:MOST_UNKNOWN]})
        return self.read(data) if type(data) is dict else super().to_internal_value(data)

    @cached_property
    def writable(self) -> dict[str, Any]:
        return {str(field.field_name): field for field in self._writable_fields}

    def read(self, data: dict[str, Any]) -> dict[str, Any]:
        """Same as in REST framework, but skips optional fields that were not sent, which saves time."""
        asked: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for name, field in self.writable.items():
            if name not in data and not field.required and field.default is serializers.empty:
                continue
            try:
                value = field.run_validation(data.get(name, serializers.empty))
                check = getattr(self, f"validate_{name}", None)
                self.set_value(asked, field.source_attrs, check(value) if check else value)
            except ValidationError as error:
                errors[name] = error.detail
            except DjangoValidationError as error:
                errors[name] = get_error_detail(error)
            except serializers.SkipField:
                pass
        if errors:
            raise ValidationError(errors)
        return asked

    def run_validators(self, value: Any) -> None:
        if self.validators:
            super().run_validators(value)

    def refusal(self, name: str) -> ErrorDetail:
        if name in self.fields:
            return ErrorDetail("This cannot be changed here.", "read_only")
        return ErrorDetail("Unknown field.", "unknown")


class WholeSerializer(StrictSerializer):
    def to_internal_value(self, data: Any) -> Any:
        """Nothing is optional, not even inside of a PATCH."""
        asked = super().to_internal_value(data)
        if missing := [name for name in self.writable if name not in data]:
            raise ValidationError({name: [ErrorDetail("This field is required.", "required")] for name in missing})
        return asked


# No uniqueness check: the database answers 409 `in_use`, even when two requests arrive at once.
class StrictModelSerializer(StrictSerializer, serializers.ModelSerializer[Any]):
    serializer_field_mapping: ClassVar[dict[Any, Any]] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        money.MoneyField: MoneyField,
        money.QuantityField: QuantityField,
        money.RateField: RateField,
        models.CharField: TextField,
        models.TextField: TextField,
        models.EmailField: EmailField,
        models.BooleanField: YesNoField,
        models.DateTimeField: MomentField,
    }

    def build_standard_field(self, field_name: str, model_field: Any) -> tuple[Any, dict[str, Any]]:
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        kept = [v for v in kwargs.get("validators", []) if not isinstance(v, UniqueValidator)]
        kwargs.pop("validators", None)
        if kept and not issubclass(field_class, NumberField):
            kwargs["validators"] = kept
        if issubclass(field_class, NumberField):
            kwargs = {k: v for k, v in kwargs.items() if k not in ("max_digits", "decimal_places")}
        return field_class, kwargs

    def get_validators(self) -> list[Any]:
        return []


class NumberFieldSchema(OpenApiSerializerFieldExtension):
    target_class = NumberField
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        places = self.target.decimal_places
        fraction = rf"(\.[0-9]{{1,{places}}})?" if places else ""
        may_fall = self.target.falls_below and direction == "response"
        sign = "-?" if self.target.min_value is None or self.target.min_value < 0 or may_fall else ""
        digits = len(str(int(self.target.max_value)))
        text = {"type": "string", "pattern": f"^{sign}[0-9]{{1,{digits}}}{fraction}$"}
        return text if direction == "response" else {"oneOf": [text, {"type": "integer"}]}


class IdField(serializers.IntegerField):
    """A row's id, as a number or as digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": 2**63 - 1, **kwargs})

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not (
            isinstance(data, int) or (isinstance(data, str) and data.isascii() and data.isdecimal())
        ):
            self.fail("invalid")
        return super().to_internal_value(data)

    def run_validators(self, value: Any) -> None:
        if not is_between(self, value):
            super().run_validators(value)


class ManyField(TextField):
    """Several values in a query parameter, with commas between them: what is not among them is left out."""

    MOST = 100

    def __init__(self, of: serializers.Field[Any, Any, Any, Any] | None = None, **kw: Any) -> None:
        self.of = of or TextField(max_length=100)
        super().__init__(**{"required": False, "max_length": 10_000, **kw})

    def to_internal_value(self, data: Any) -> Any:
        values = [part.strip() for part in super().to_internal_value(data).split(",") if part.strip()]
        if len(values) > self.MOST:
            raise ValidationError(f"At most {self.MOST} at once.", "max_length")
        return [self.of.run_validation(value) for value in values]


class PercentField(NumberField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), **kwargs)
