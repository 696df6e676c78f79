"""The shape of an import, as it comes in and goes out."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from files.kinds.table import KINDS
from files.models import FileImport, State
from pos.api.fields import MomentField, StrictSerializer, TextField
from pos.errors import Invalid

LONGEST_MATCH = 5000
YES_NO = ["true", "false"]  # a form has no other words for them


class UploadSerializer(StrictSerializer):
    kind = serializers.ChoiceField(sorted(KINDS))
    file = serializers.FileField(help_text="CSV or XLSX, at most 10 MB")
    dry_run = serializers.ChoiceField(
        YES_NO, required=False, default="false", help_text="say what would happen, import nothing"
    )
    sheet = TextField(max_length=100, required=False, default="", help_text="of a spreadsheet; default: the first")
    columns = TextField(
        max_length=LONGEST_MATCH,
        required=False,
        default="",
        help_text='JSON: the place of each column in the file, from 0: {"sku": 0, "price": 3}; default: by their names',
    )
    decimal_mark = serializers.ChoiceField([",", "."], required=False, default="")
    confirm_steep_prices = serializers.ChoiceField(
        YES_NO, required=False, default="false", help_text="prices may move by more than a fifth"
    )

    def validate_columns(self, value: str) -> dict[str, Any]:
        try:
            matched = json.loads(value or "{}")
        except (ValueError, RecursionError):
            matched = None
        if not isinstance(matched, dict):
            raise Invalid("columns", "Send a JSON object of column names and their places.")
        return matched


class NoteSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    column = serializers.CharField(help_text="empty: the row as a whole")
    detail = serializers.CharField()


class ImportSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(sorted(KINDS))
    file_name = serializers.CharField()
    sheet = serializers.CharField()
    state = serializers.ChoiceField(State.choices)
    rows = serializers.IntegerField()
    read = serializers.IntegerField(allow_null=True, help_text="rows read so far, while it is being imported")
    columns = serializers.DictField(child=serializers.IntegerField(), help_text="the place of each column")
    decimal_mark = serializers.CharField()
    problem = serializers.CharField(help_text="why nothing is imported; empty if nothing hinders it")
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    steep_prices = serializers.IntegerField()
    errors = NoteSerializer(many=True)  # type: ignore[assignment]
    warnings = NoteSerializer(many=True)
    at = MomentField()
    done_at = MomentField(allow_null=True)
    undone_at = MomentField(allow_null=True)


@extend_schema_field(ImportSerializer)
def document(row: FileImport, read: int | None = None) -> dict[str, Any]:
    report = row.report
    figures = {name: report.get(name, 0) for name in ("created", "changed", "unchanged", "refused")}
    return ImportSerializer(
        {
            **{name: getattr(row, name) for name in ("id", "kind", "file_name", "sheet", "state", "rows")},
            **{name: getattr(row, name) for name in ("decimal_mark", "done_at", "undone_at")},
            **figures,
            "read": read,
            "columns": row.matched,
            "problem": report.get("problem", ""),
            "steep_prices": report.get("steep", 0),
            "errors": notes(report.get("errors", [])),
            "warnings": notes(report.get("oddities", [])),
            "at": row.created_at,
        }
    ).data


def notes(kept: list[list[Any]]) -> list[dict[str, Any]]:
    return [{"row": row, "column": column, "detail": reason} for row, column, reason in kept]
