"""What /metrics asks the database: bills and jobs, the same whichever server is asked."""

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.utils.module_loading import import_string
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from pos.web import health


class Asked(Collector):
    def collect(self) -> Iterator[Metric]:
        is_ready, found = not health.why_not(), list[Metric]()
        try:
            found = [bills(), jobs()] if is_ready else []
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
