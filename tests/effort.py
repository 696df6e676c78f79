"""Measures a request in CPU seconds and peak memory, never in wall time."""

import json
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

YARDSTICK = 0.02
STATUS, FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def memory(line: str) -> int:
    found = next(text for text in STATUS.read_text().splitlines() if text.startswith(line))
    return int(found.split()[1]) * 1024


def slowness() -> float:
    """How many times slower this machine is now than the one the limits were set on; at least 1."""
    goods = {"lines": [{"product": n, "name": "x" * 20} for n in range(2000)]}
    begun = process_time()
    for _ in range(8):
        for line in json.loads(json.dumps(goods))["lines"]:
            str(line["product"])
    return max(1.0, (process_time() - begun) / YARDSTICK)


def effort(deed: Callable[[], Any]) -> tuple[Any, float, int]:
    """Returns the result, the CPU seconds and the peak memory in bytes."""
    FORGET.write_text("5")
    before, begun = memory("VmRSS"), process_time()
    answer = deed()
    return answer, process_time() - begun, memory("VmHWM") - before
