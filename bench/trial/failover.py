"""Kills the primary while tills sell, and promotes its standby: python -m bench.trial --only failover

The web server knows both by one address and asks for the one that takes writes, so nothing of it is restarted. In the
last seconds before the kill the connection to the standby is cut: with a synchronous standby no sale is acknowledged
then.
"""

import time
from typing import Any
from urllib.parse import quote

from bench.trial.cluster import Cluster, wait_until_it_sells
from bench.trial.ground import Ground, result
from bench.trial.kills import WARM_UP
from bench.trial.standby import Standby
from bench.trial.tills import selling
from bench.trial.web import serving
from pos.embedded import server

SELLING, CUT_OFF, SELLS_WITHIN = 4.0, 2.0, 60.0


def failover(ground: Ground, *, synchronous: bool = True) -> dict[str, Any]:
    primary = ground.ready()
    standby = Standby(primary, ground.folder / "standby")
    promoted = Cluster(standby.data)
    try:
        standby.make()
        if synchronous:
            standby.make_synchronous()
        with (
            serving(either(primary, promoted), ground.processes) as web,
            selling(lambda: web.base, ground.shop, ground.notes(), count=ground.tills, seed=ground.seed) as told,
        ):
            time.sleep(WARM_UP + SELLING)
            standby.cut_off()
            time.sleep(CUT_OFF)
            primary.kill()
            standby.bury_the_sender()
            killed = time.monotonic()
            took = standby.promote()
            wait_until_it_sells(lambda: told.acknowledged.count, SELLS_WITHIN)
            again = round(time.monotonic() - killed, 1)
            time.sleep(WARM_UP)
        found = result(
            promoted, told, f"promoted in {took:.1f} s, next sale {again} s after the kill", next_sale_s=again
        )
        return found | {"holds": found["holds"] and again < SELLS_WITHIN}
    finally:
        standby.end()
        forget_the_standby(primary)


def either(*clusters: Cluster) -> str:
    """A URL with several servers, of which libpq uses the one that accepts writes."""
    folders = ",".join(str(server.socket_directory(cluster.data)) for cluster in clusters)
    return f"postgres://{server.OWNER}@/pos?host={quote(folders, safe='/,')}&target_session_attrs=read-write"


def forget_the_standby(primary: Cluster) -> None:
    """Lets the killed primary start for the next trial without waiting for the lost standby."""
    (primary.data / "postgresql.auto.conf").write_text("")


def control(ground: Ground) -> dict[str, Any]:
    """The control: the primary does not wait for the standby."""
    found = failover(ground, synchronous=False)
    return {"control": "standby not synchronous", "found": found["lost"], "seen": found["lost"] > 0}
