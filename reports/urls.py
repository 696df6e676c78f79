from django.urls import path

from reports import views

urlpatterns = [
    path("reports", views.today, name="report_today"),
    path("reports/month", views.month, name="report_month"),
    path("reports/range", views.over_range, name="report_range"),
    path("reports/year", views.year, name="report_year"),
]
