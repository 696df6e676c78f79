"""The table of the trials, and their totals as one JSON object."""

from typing import Any

COLUMNS = ("acknowledged", "lost", "doubled", "in_doubt_resolved", "errors_5xx", "p99_ms", "audit")
SUMMED = ("acknowledged", "lost", "doubled", "in_doubt_resolved", "errors_5xx")
ENDS = ("storm", "soak")  # the only trials without an outage, so their p99 shows the speed of the shop


def table(found: dict[str, dict[str, Any]]) -> list[str]:
    """The table in Markdown, as in docs/trust.md."""
    head = ("trial", "what was done", *COLUMNS, "holds", "without the guard")
    rows = [
        (name, of["did"], *(str(of[column]) for column in COLUMNS), yes(of["holds"]), controlled(of))
        for name, of in found.items()
    ]
    return [line(head), line("---" for _ in head), *(line(row) for row in rows)]


def line(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"


def yes(holds: bool | None) -> str:
    return {True: "yes", False: "NO", None: "not run"}[holds]


def controlled(figures: dict[str, Any]) -> str:
    control = figures.get("control")
    if not control:
        return "not run"
    return f"{control['control']}: {control['found']}" + ("" if control["seen"] else ", NOT SEEN")


def summed(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    told = {name: sum(figures[name] for figures in found.values()) for name in SUMMED}
    undisturbed = [figures["p99_ms"] for name, figures in found.items() if name in ENDS]
    wrong = {name: figures["audit"] for name, figures in found.items() if figures["audit"] not in ("clean", "not run")}
    return told | {"p99_ms": max(undisturbed, default=None), "audit": wrong or "clean"}


def hold(found: dict[str, dict[str, Any]]) -> bool:
    """Whether every trial that was run held, and every control was seen to fail."""
    controls = [figures["control"]["seen"] for figures in found.values() if figures.get("control")]
    return all(figures["holds"] is not False for figures in found.values()) and all(controls)


def not_run(reason: str) -> dict[str, Any]:
    nothing = dict.fromkeys(SUMMED, 0) | {"p99_ms": None, "audit": "not run"}
    return {"did": f"not run: {reason}", **nothing, "holds": None, "control": {}}
