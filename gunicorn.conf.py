import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from environ import Env

Env.read_env(Path(__file__).with_name(".env"))
bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
worker_class = "pos.web.worker.GuardedThreads"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
limit_request_line = 0  # pos.web.arrival limits address and headers together
sendfile = False  # it would hold a thread for a client that reads slowly
control_socket_disable = True  # it would lie in the home folder, one for every shop of this user
if os.environ.get("LOG_FORMAT") == "json":
    logger_class = "pos.web.server_log.JsonLog"

FIGURES, OURS = "PROMETHEUS_MULTIPROC_DIR", "pos-metrics-"  # where the processes keep what /metrics adds up
if os.environ.get("METRICS_TOKEN") and FIGURES not in os.environ:
    os.environ[FIGURES] = tempfile.mkdtemp(prefix=OURS)


def post_worker_init(worker: Any) -> None:
    """Loads what the first request would load, and exempts it from garbage collection, which would otherwise search it
    every few hundred requests and stop all threads for a quarter of a second. Lets threads keep their connections."""
    from django.urls import reverse

    from pos.postgres.base import DatabaseWrapper

    reverse("till")
    DatabaseWrapper.threads = threads
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:
    """What a process that ended had in use is no longer in use."""
    if FIGURES in os.environ:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    if OURS in os.environ.get(FIGURES, ""):
        shutil.rmtree(os.environ[FIGURES], ignore_errors=True)
