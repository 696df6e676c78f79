from django.urls import path

from reports.views import figures, outage, oversold, shrinkage

urlpatterns = [
    path("reports", figures.today, name="report_today"),
    path("reports/cashiers", figures.cashiers, name="report_cashiers"),
    path("reports/month", figures.month, name="report_month"),
    path("reports/outage", outage.outages, name="report_outage"),
    path("reports/outage/<int:problem_id>", outage.settle, name="settle_outage"),
    path("reports/outage/<int:problem_id>/close", outage.close, name="close_outage"),
    path("reports/oversold", oversold.to_count, name="report_oversold"),
    path("reports/range", figures.over_range, name="report_range"),
    path("reports/shrinkage", shrinkage.by_cause, name="report_shrinkage"),
    path("reports/year", figures.year, name="report_year"),
]
