"""Lists and objects within a body: their size is checked before their content, and checking stops after MOST_FAULTS
faults."""

from collections.abc import Callable, Iterable
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

MOST_ITEMS, MOST_FAULTS = 100, 100


def each(items: Iterable[tuple[Any, Any]], check: Callable[[Any], Any]) -> dict[Any, Any]:
    """Applies `check` to each item; raises the first faults."""
    kept, faults = {}, {}
    for name, item in items:
        try:
            kept[name] = check(item)
        except ValidationError as error:
            faults[name] = error.detail
            if len(faults) == MOST_FAULTS:
                break
    if faults:
        raise ValidationError(faults)
    return kept


def refuse_more(items: Any, most: int) -> None:
    if len(items) > most:
        raise ValidationError([ErrorDetail(f"At most {most} of these.", "max_length")])


# Comments instead of docstrings: the OpenAPI document would print them. The list that `many=True` makes of a
# StrictSerializer.
class Items(serializers.ListSerializer[Any]):
    max_length: int | None

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list) or not data:
            return super().to_internal_value(data)
        refuse_more(data, self.max_length or MOST_ITEMS)
        return list(each(enumerate(data), self.run_child_validation).values())


class ItemsField(serializers.ListField):
    def run_child_validation(self, data: Any) -> list[Any]:
        refuse_more(data, self.max_length or MOST_ITEMS)
        return list(each(enumerate(data), self.child.run_validation).values())


class ObjectField(serializers.DictField):
    def __init__(self, **kwargs: Any) -> None:
        self.most = kwargs.pop("max_length", MOST_ITEMS)
        super().__init__(**kwargs)

    def run_child_validation(self, data: Any) -> dict[str, Any]:
        refuse_more(data, self.most)
        return each(data.items(), self.child.run_validation)
