from threading import BoundedSemaphore

import psycopg
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pos import upkeep
from pos.models import UpkeepKind
from pos.postgres import room
from pos.postgres.silence import gives_up_after

SECONDS = 2
FULL = "the disk of the database is full: nothing can be sold until there is room"
ASKING = BoundedSemaphore(2)  # a hanging database must not take every thread


@login_not_required
@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Liveness, for the process supervisor: does not use the database."""
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Readiness, for monitoring: 200 if a sale could be written, otherwise 503."""
    if trouble := why_not():
        return HttpResponse(f"{trouble}\n", status=503, content_type="text/plain", headers={"Retry-After": "5"})
    said = "ready\n" + (upkeep_lines() if "details" in request.GET else "")
    return HttpResponse(said, content_type="text/plain")


def upkeep_lines() -> str:
    """How the last audit, backup and drill ended, a line for each."""
    found = [run for kind in UpkeepKind if (run := upkeep.last_ended(kind))]
    return "".join(
        f"{run.kind}: {'good' if run.is_good else 'FAILED'} {run.ended_at.isoformat()}\n"
        for run in found
        if run.ended_at
    )


def why_not() -> str:
    if not ASKING.acquire(timeout=SECONDS / 4):
        return "the database is slow to answer"
    try:
        return why_not_written()
    except psycopg.Error:
        return "no database"
    finally:
        ASKING.release()


def why_not_written() -> str:
    """Opens a separate connection that waits for nothing long; the server must accept writes and have room for them."""
    params = connection.get_connection_params() | {"connect_timeout": SECONDS}
    with gives_up_after(SECONDS).connect(**params) as asking:
        said = asking.info.parameter_status
        if said("in_hot_standby") == "on" or said("default_transaction_read_only") == "on":
            return "the database is read-only"
        return "" if room.is_left(asking) else FULL
