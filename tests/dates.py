"""Runs the tests without the browser on other dates: make test-dates, or python -m tests.dates LEAP-DAY ...

Each name is one run under a moved clock (`tests/moved_clock.py`); arguments for pytest follow `--`.
"""

import os
import subprocess
import sys

MOMENTS = {
    "MONDAY": "2027-03-01T07:00+01:00",
    "LEAP-DAY": "2028-02-29T12:00+01:00",  # a Tuesday
    "WEDNESDAY": "2027-02-03T00:03+01:00",  # the first minutes of a day
    "YEAR-END": "2026-12-31T23:57+01:00",  # a Thursday; the year ends while the tests run
    "SATURDAY": "2026-11-28T16:10+01:00",
    "MONTH-END": "2027-04-30T23:57+02:00",  # a Friday; the month ends while the tests run
    "SUMMER-TIME": "2027-03-28T01:57+01:00",  # a Sunday; Europe's clocks go from 2 to 3 while the tests run
    "WINTER-TIME": "2027-10-31T02:57+02:00",  # a Sunday; Europe's clocks go from 3 to 2 while the tests run
}


GREEN, RED = 0, 1


def run(moment: str, *options: str) -> int:
    """Returns pytest's exit status."""
    pytest = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--maxprocesses", "2", "--dist", "worksteal", *options]
    return subprocess.run(pytest, env=os.environ | {"POS_TEST_DATE": moment}, check=False).returncode


def main(arguments: list[str]) -> int:
    divider = arguments.index("--") if "--" in arguments else len(arguments)
    names, options = arguments[:divider] or list(MOMENTS), arguments[divider + 1 :]
    if unknown := set(names) - set(MOMENTS):
        sys.stderr.write(f"Not a date of ours: {', '.join(sorted(unknown))}. There are {', '.join(MOMENTS)}.\n")
        return 2
    red = []
    for name in names:
        sys.stdout.write(f"{name}: {MOMENTS[name]}\n")
        sys.stdout.flush()
        ended = run(MOMENTS[name], *options)
        if ended not in (GREEN, RED):
            sys.stderr.write(f"{name} did not run to its end.\n")
            return ended
        if ended == RED:
            red.append(name)
    sys.stdout.write(f"Red on {', '.join(red)}.\n" if red else f"Green on {len(names)} dates.\n")
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
