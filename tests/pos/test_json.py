"""The API's answers as JSON: what REST framework's own renderer would say."""

import functools
import json
from collections import OrderedDict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import orjson
import pytest
from django.utils.translation import gettext_lazy
from rest_framework.renderers import JSONRenderer

from billing.models import BillKind
from pos.api.json import QuickJson

AT = datetime(2026, 11, 30, 12, 0, 0, 123456, UTC)
DATA = {
    "money": Decimal("12.50"),
    "at": AT,
    "with microseconds left out": AT.replace(microsecond=0),
    "day": date(2026, 2, 28),
    "hour": time(9, 30),
    "took": timedelta(minutes=90),
    "key": UUID("00000000-0000-4000-8000-000000000001"),
    "lazy": gettext_lazy("Till"),
    "kind": BillKind.SALE,
    "text": 'Müsli "süß" </script> \u2028 \U0001f375 \x07',
    "large": 2**63 - 1,
    "share": 0.125,
    "nothing": None,
    "whether": [True, False],
    "rows": ({"a": 1}, OrderedDict(b=2)),
    1: "a number for a name",
}


@pytest.mark.parametrize("accepted", [None, "application/json", "application/json; indent=2"])
def test_answers_say_what_the_frameworks_renderer_says(accepted: str | None) -> None:
    ours, theirs = (renderer().render(DATA, accepted, {}) for renderer in (QuickJson, JSONRenderer))
    assert json.loads(ours) == json.loads(theirs)
    assert (b"\n" in ours) == (b"\n" in theirs)


@pytest.mark.parametrize("data", [{"n": 2**70}, functools.reduce(lambda within, _: [within], range(300), 1)])
def test_what_orjson_does_not_write_is_written_all_the_same(data: object) -> None:
    with pytest.raises(orjson.JSONEncodeError):
        orjson.dumps(data)
    assert json.loads(QuickJson().render(data)) == data


def test_nothing_is_an_empty_answer() -> None:
    assert QuickJson().render(None) == b""


def test_what_has_no_json_is_an_error() -> None:
    with pytest.raises(TypeError):
        QuickJson().render({"what": object()})
