"""T01: tills that share registers, last units and a member, with refunds, changes of shift and sales asked twice."""

import time
from typing import Any

from bench.trial import careless
from bench.trial.deeds import STORM
from bench.trial.ground import Ground, result
from bench.trial.tills import Way, selling
from bench.trial.web import GUARDED, serving

UNGUARDED = "bench.trial.careless:with_unlocked_stock()"


def storm(ground: Ground, seconds: float, app: str = GUARDED) -> dict[str, Any]:
    cluster = ground.ready()
    if app != GUARDED:
        cluster.ask(careless.WITHOUT_CHECK)
    with (
        serving(cluster.url, ground.processes, app) as web,
        selling(
            lambda: web.base, ground.shop, ground.notes(), count=ground.tills, seed=ground.seed, way=Way(STORM)
        ) as told,
    ):
        time.sleep(seconds)
    found = result(cluster, told, f"{ground.tills} tills for {seconds:g} s")
    return found | {"holds": found["holds"] and not found["asked_again"]}


def control(ground: Ground, seconds: float) -> dict[str, Any]:
    """The control: without the lock on stock and the CHECK behind it, the last units are sold twice."""
    found = storm(ground, seconds, UNGUARDED)
    return {"control": "no lock on stock, no CHECK", "found": found["oversold"], "seen": found["oversold"] > 0}
