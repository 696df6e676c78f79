"""Measures the CPU time of a sale, a scan and a payment in the web process: python -m bench.cpu [--against REV]

The requests go through the WSGI application, without a socket and without the database's CPU time. With --against, two
revisions are measured in turn, each on its own database.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import IO, Any

from bench import stage

PROGRAM = Path(__file__).resolve().parent / "cpu_of_one.py"
# the frame is the request with a verb that costs nothing
COSTS = ["wsgi_cpu_ms", "frame_cpu_ms", "verb_cpu_ms", "document_cpu_ms", "scan_cpu_ms", "pay_cpu_ms"]
COUNTS = ["scan_statements", "pay_requests"]


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.cpu", description=__doc__)
    parser.add_argument("--against", metavar="REV", help="a revision to compare with, as git names it")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--sales", type=int, default=100, help="of each side in each round")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(arguments)
    with stage.database() as socket, tempfile.TemporaryDirectory() as folder:
        trees = {"now": stage.BASE_DIR}
        if asked.against:
            trees["then"] = checked_out(asked.against, Path(folder) / "then")
        rounds = measure(trees, socket, asked)
    costs = {name: {cost: median(one[cost] for one in each) for cost in each[0]} for name, each in rounds.items()}
    tell(costs)
    result = {"benchmark": "cpu", **{name: round(cost, 3) for name, cost in costs["now"].items()}}
    if asked.against:
        then = {name: costs["then"][name] for name in COSTS}
        result |= {"against": asked.against, "then": {name: round(cost, 3) for name, cost in then.items()}}
        result["ratio"] = round(costs["now"]["wsgi_cpu_ms"] / then["wsgi_cpu_ms"], 3)
        result["ratios"] = {name: round(costs["now"][name] / then[name], 3) for name in COSTS if then[name]}
    print(json.dumps(result | {"load": round(os.getloadavg()[0], 2)}))
    return 0


def checked_out(revision: str, folder: Path) -> Path:
    """The files of a revision, without history."""
    folder.mkdir()
    packed = subprocess.run(["git", "archive", revision], cwd=stage.BASE_DIR, capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)
    return folder


def measure(trees: dict[str, Path], socket: str, asked: argparse.Namespace) -> dict[str, list[dict[str, float]]]:
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in trees}
    with ExitStack() as stack:
        programs = {name: stack.enter_context(started(tree, socket, f"cpu_{name}")) for name, tree in trees.items()}
        for number in range(asked.rounds + 1):
            for name, program in programs.items():
                told = ask(program, asked.sales)
                if number:  # the first round only warms up
                    rounds[name].append(told)
    return rounds


@contextmanager
def started(tree: Path, socket: str, database: str) -> Iterator[subprocess.Popen[str]]:
    """Starts the measuring program of one tree on a fresh database; closing its input ends it."""
    url = f"postgres://pos@/{database}?host={socket}"
    subprocess.run([sys.executable, "-c", CREATE, socket, database], check=True)
    environment = os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(tree)}
    environment.pop("DATABASE_OWNER_URL", None)
    for command in (["migrate"], ["collectstatic", "--no-input"]):
        subprocess.run([sys.executable, "manage.py", *command, "-v0"], cwd=tree, env=environment, check=True)
    with tempfile.TemporaryFile("w+") as log:  # the request log; writing it is part of the cost
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": log}
        program = subprocess.Popen([sys.executable, str(PROGRAM)], cwd=tree, env=environment, text=True, **pipes)
        try:
            yield program
        finally:
            assert program.stdin
            program.stdin.close()
            if program.wait(30):
                log.seek(0)
                sys.stderr.write(log.read()[-3000:])


CREATE = """
import sys, psycopg
with psycopg.connect(host=sys.argv[1], user="pos", dbname="postgres", autocommit=True) as connection:
    connection.execute(f'CREATE DATABASE "{sys.argv[2]}"')
"""


def ask(program: subprocess.Popen[str], sales: int) -> dict[str, float]:
    stdin, stdout = program.stdin, program.stdout
    assert stdin
    assert stdout
    print(sales, file=stdin, flush=True)
    return answer(stdout)


def answer(stdout: IO[str]) -> dict[str, float]:
    line = stdout.readline()
    if not line:
        sys.exit("The program that measures ended early; its log follows.")
    told: dict[str, float] = json.loads(line)
    return told


def tell(costs: dict[str, dict[str, float]]) -> None:
    print(f"{'':20}" + "".join(f"{name:>10}" for name in costs))
    for cost in [*COSTS, *COUNTS]:
        print(f"{cost:20}" + "".join(f"{each[cost]:>10.2f}" for each in costs.values()))


if __name__ == "__main__":
    sys.exit(main())
