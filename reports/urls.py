from django.urls import path

from reports import outage, oversold, views

urlpatterns = [
    path("reports", views.today, name="report_today"),
    path("reports/cashiers", views.cashiers, name="report_cashiers"),
    path("reports/month", views.month, name="report_month"),
    path("reports/outage", outage.outages, name="report_outage"),
    path("reports/outage/<int:problem_id>", outage.settle, name="settle_outage"),
    path("reports/outage/<int:problem_id>/close", outage.close, name="close_outage"),
    path("reports/oversold", oversold.to_count, name="report_oversold"),
    path("reports/range", views.over_range, name="report_range"),
    path("reports/year", views.year, name="report_year"),
]
