"""The base of each trial: a cluster with a shop ready in it, and a folder for the tills' files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.trial import books
from bench.trial.cluster import Cluster
from bench.trial.shop import Shop
from bench.trial.tills import Told
from pos.embedded import server


@dataclass(slots=True)
class Ground:
    cluster: Cluster
    shop: Shop
    folder: Path
    tills: int = 16
    processes: int = 4
    seed: int = 1
    files: int = field(default=0)

    def ready(self, options: Mapping[str, str] = server.DURABLE) -> Cluster:
        """The cluster with these settings, its books as they were when the shop was ready."""
        self.cluster.restart(options)
        self.cluster.refresh()
        return self.cluster

    def notes(self) -> Path:
        """A new file for the sales the tills are told of."""
        self.files += 1
        path = self.folder / f"acknowledged-{self.files}.txt"
        path.unlink(missing_ok=True)
        return path


def result(cluster: Cluster, told: Told, did: str, **more: Any) -> dict[str, Any]:
    figures = {"did": did} | books.compared(cluster, told) | more
    return figures | {"holds": books.holds(figures)}
