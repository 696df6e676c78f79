"""Every benchmark starts without a configured shop and makes its own first."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

PROGRAMS = sorted(
    ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
    for path in (settings.BASE_DIR / "bench").rglob("*.py")
    if "__main__" in path.read_text() and path.name != "cpu_of_one.py"  # which a benchmark starts in an existing shop
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_benchmark_can_be_started(program: str) -> None:
    alone = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    load = [sys.executable, "-c", f"import {program}"]
    ended = subprocess.run(load, cwd=settings.BASE_DIR, env=alone, capture_output=True, text=True, check=False)
    assert not ended.returncode, ended.stderr
