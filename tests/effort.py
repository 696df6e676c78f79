"""What a request costs: seconds of the processor, and bytes at the most. The clock on the wall is never asked."""

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
    """How many times slower this machine works just now than the one the limits were set on; 1 where it is faster."""
    goods = {"lines": [{"product": n, "name": "x" * 20} for n in range(2000)]}
    begun = process_time()
    for _ in range(8):
        for line in json.loads(json.dumps(goods))["lines"]:
            str(line["product"])
    return max(1.0, (process_time() - begun) / YARDSTICK)


def effort(deed: Callable[[], Any]) -> tuple[Any, float, int]:
    """What came of it, the seconds of the processor it took, and the bytes it held at its height."""
    FORGET.write_text("5")
    before, begun = memory("VmRSS"), process_time()
    answer = deed()
    return answer, process_time() - begun, memory("VmHWM") - before
