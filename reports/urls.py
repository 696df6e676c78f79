from django.urls import path

from reports.views import begin, desk, figures, journal, outage, oversold, product_sales, shrinkage

urlpatterns = [
    path("goods/<int:product_id>/sales", product_sales.sales, name="product_sales"),
    path("desk", desk.desk, name="desk"),
    path("desk/begin", begin.begin, name="begin"),
    path("desk/begin/shop", begin.shop, name="begin_shop"),
    path("desk/begin/taxes", begin.taxes, name="begin_taxes"),
    path("desk/begin/till", begin.till, name="begin_till"),
    path("desk/begin/printer", begin.printer, name="begin_printer"),
    path("desk/begin/goods", begin.goods, name="begin_goods"),
    path("desk/begin/import", begin.import_goods, name="begin_import"),
    path("desk/begin/samples", begin.put_up_samples, name="begin_samples"),
    path("desk/begin/samples/wipe", begin.wipe_samples, name="wipe_samples"),
    path("desk/begin/cashier", begin.cashier, name="begin_cashier"),
    path("desk/begin/skip/<str:step>", begin.skip, name="skip_step"),
    path("reports", figures.today, name="report_today"),
    path("reports/cashiers", figures.cashiers, name="report_cashiers"),
    path("reports/journal", journal.journal, name="report_journal"),
    path("reports/journal/accounts", journal.account_numbers, name="journal_accounts"),
    path("reports/journal/days.<str:ending>", journal.file, name="journal_file"),
    path("reports/month", figures.month, name="report_month"),
    path("reports/outage", outage.outages, name="report_outage"),
    path("reports/outage/<int:problem_id>", outage.settle, name="settle_outage"),
    path("reports/outage/<int:problem_id>/close", outage.close, name="close_outage"),
    path("reports/oversold", oversold.to_count, name="report_oversold"),
    path("reports/range", figures.over_range, name="report_range"),
    path("reports/shrinkage", shrinkage.by_cause, name="report_shrinkage"),
    path("reports/year", figures.year, name="report_year"),
]
