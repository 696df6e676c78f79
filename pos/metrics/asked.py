"""What /metrics asks the database: bills, jobs and connections, the same whichever server is asked."""

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from pos.web import health

CONNECTIONS = """
    SELECT substr(application_name, length(%(ours)s) + 1), coalesce(state, 'unknown'), count(*)
      FROM pg_stat_activity
     WHERE datname = current_database() AND starts_with(application_name, %(ours)s)
     GROUP BY 1, 2
"""


class Asked(Collector):
    def collect(self) -> Iterator[Metric]:
        is_ready, found = not health.why_not(), list[Metric]()
        try:
            found = [bills(), jobs(), connections()] if is_ready else []
        except DatabaseError:
            is_ready = False
        yield GaugeMetricFamily("pos_ready", "Whether a sale could be written now, as /readyz says.", value=is_ready)
        yield from found


def bills() -> Metric:
    told = CounterMetricFamily("pos_bills", "Bills ever made, by kind.", labels=["kind"])
    for kind, number in import_string(settings.METRICS_BILLS)().items():
        told.add_metric([kind], number)
    return told


def jobs() -> Metric:
    told = GaugeMetricFamily("pos_jobs", "Work the worker or a manager has to see to.", labels=["kind", "state"])
    for name in settings.METRICS_JOBS:
        for (kind, state), number in import_string(name)().items():
            told.add_metric([kind, state], number)
    return told


def connections() -> Metric:
    """Also those of the worker and of commands, wherever they run: they answer no /metrics of their own."""
    told = GaugeMetricFamily(
        "pos_database_connections", "Connections to the database, as it sees them.", labels=["program", "state"]
    )
    with connection.cursor() as cursor:
        cursor.execute(CONNECTIONS, {"ours": settings.DATABASE_PROGRAMS})
        for program, state, number in cursor.fetchall():
            told.add_metric([program, state.replace(" ", "_")], number)
    return told
