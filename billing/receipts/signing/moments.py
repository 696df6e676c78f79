"""How a signing device's time stands on a receipt and in the export."""

from datetime import UTC, datetime


def in_words(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
