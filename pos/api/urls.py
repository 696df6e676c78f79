"""Every route of /api/v1."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, path

from accounts.api import approvals, people, settings, trail
from billing.api import bills, gift_cards, papers, purchases, returns, shifts
from files.api import imports
from inventory.api import buying, counts, entries, products, reasons
from members import api as members
from pos.api.docs import DocsView, SchemaView
from reports.api import reports

swagger_styles = csp_update({"style-src": [UNSAFE_INLINE]})

urlpatterns: list[URLPattern | URLResolver] = [
    # first, because addresses are compared in this order and these two are asked for most
    path("bills", bills.Bills.as_view(), name="api-bills"),
    path("quotes", bills.Quotes.as_view(), name="api-quotes"),
    path("auth/token", people.Token.as_view(), name="api-token"),
    path("auth/token/refresh", people.TokenRefresh.as_view(), name="api-token-refresh"),
    path("auth/token/revoke", people.TokenRevoke.as_view(), name="api-token-revoke"),
    path("users", people.Users.as_view(), name="api-users"),
    path("users/<int:pk>", people.OneUser.as_view(), name="api-user"),
    path("users/<int:pk>/badge", people.UserBadge.as_view(), name="api-user-badge"),
    path("users/<int:pk>/sign-in", people.UserSignIn.as_view(), name="api-user-sign-in"),
    path("trail", trail.Trail.as_view(), name="api-trail"),
    path("settings", settings.Settings.as_view(), name="api-settings"),
    path("settings/history", settings.SettingsHistory.as_view(), name="api-settings-history"),
    path("products", products.Products.as_view(), name="api-products"),
    path("products/<int:pk>", products.OneProduct.as_view(), name="api-product"),
    path("products/<int:pk>/image", products.ProductImage.as_view(), name="api-product-image"),
    path("products/<int:pk>/stock", products.ProductStock.as_view(), name="api-product-stock"),
    path("categories", entries.Categories.as_view(), name="api-categories"),
    path("categories/<int:pk>", entries.OneCategory.as_view(), name="api-category"),
    path("tax-rates", entries.TaxRates.as_view(), name="api-tax-rates"),
    path("tax-rates/<int:pk>", entries.OneTaxRate.as_view(), name="api-tax-rate"),
    path("counts", counts.Counts.as_view(), name="api-counts"),
    path("counts/<str:number>", counts.OneCount.as_view(), name="api-count"),
    path("counts/<str:number>/book", counts.CountBook.as_view(), name="api-count-book"),
    path("counts/<str:number>/drop", counts.CountDrop.as_view(), name="api-count-drop"),
    path("counts/<str:number>/entries", counts.CountEntries.as_view(), name="api-count-entries"),
    path("counts/<str:number>/recounts", counts.CountRecounts.as_view(), name="api-count-recounts"),
    path("counts/<str:number>/undo", counts.CountUndo.as_view(), name="api-count-undo"),
    path("reasons", reasons.Reasons.as_view(), name="api-reasons"),
    path("reasons/<int:pk>", reasons.OneReason.as_view(), name="api-reason"),
    path("suppliers", buying.Suppliers.as_view(), name="api-suppliers"),
    path("suppliers/<int:pk>", buying.OneSupplier.as_view(), name="api-supplier"),
    path("suppliers/<int:pk>/articles", buying.SupplierArticles.as_view(), name="api-supplier-articles"),
    path("purchase-orders", buying.PurchaseOrders.as_view(), name="api-purchase-orders"),
    path("purchase-orders/<str:number>", buying.OnePurchaseOrder.as_view(), name="api-purchase-order"),
    path("purchase-orders/<str:number>/send", buying.PurchaseOrderSend.as_view(), name="api-purchase-order-send"),
    path("purchase-orders/<str:number>/close", buying.PurchaseOrderClose.as_view(), name="api-purchase-order-close"),
    path("goods-receipts", buying.GoodsReceipts.as_view(), name="api-goods-receipts"),
    path("goods-receipts/<str:number>", buying.OneGoodsReceipt.as_view(), name="api-goods-receipt"),
    path("goods-receipts/<str:number>/reverse", buying.GoodsReceiptReverse.as_view(), name="api-goods-receipt-reverse"),
    path("supplier-returns", buying.SupplierReturns.as_view(), name="api-supplier-returns"),
    path("approvals", approvals.Questions.as_view(), name="api-approvals"),
    path("approvals/<int:pk>", approvals.OneQuestion.as_view(), name="api-approval"),
    path("bills/by-key/<str:key>", bills.BillByKey.as_view(), name="api-bill-by-key"),
    path("bills/<str:number>", bills.OneBill.as_view(), name="api-bill"),
    path("bills/<str:number>/refunds", returns.Refunds.as_view(), name="api-bill-refunds"),
    path("bills/<str:number>/exchanges", returns.Exchanges.as_view(), name="api-bill-exchanges"),
    path("bills/<str:number>/exchange-quotes", returns.ExchangeQuotes.as_view(), name="api-exchange-quotes"),
    path("bills/<str:number>/prints", papers.BillPrints.as_view(), name="api-bill-prints"),
    path("bills/<str:number>/mail", papers.BillMail.as_view(), name="api-bill-mail"),
    path("jobs", papers.Jobs.as_view(), name="api-jobs"),
    path("jobs/<int:job_id>", papers.OneJob.as_view(), name="api-job"),
    path("jobs/<int:job_id>/retry", papers.JobRetry.as_view(), name="api-job-retry"),
    path("refunds", returns.Claims.as_view(), name="api-refunds"),
    path("gift-cards", gift_cards.GiftCards.as_view(), name="api-gift-cards"),
    path("gift-cards/look-up", gift_cards.GiftCardLook.as_view(), name="api-gift-card-look-up"),
    path("gift-cards/<int:card_id>/block", gift_cards.GiftCardBlock.as_view(), name="api-gift-card-block"),
    path(
        "gift-cards/<int:card_id>/adjustments",
        gift_cards.GiftCardAdjustments.as_view(),
        name="api-gift-card-adjustments",
    ),
    path("registers", shifts.Registers.as_view(), name="api-registers"),
    path("registers/<str:code>/shifts", shifts.RegisterShifts.as_view(), name="api-register-shifts"),
    path("shifts", shifts.Shifts.as_view(), name="api-shifts"),
    path("shifts/<int:shift_id>", shifts.OneShift.as_view(), name="api-shift"),
    path("shifts/<int:shift_id>/close", shifts.ShiftClose.as_view(), name="api-shift-close"),
    path("shifts/<int:shift_id>/cash-movements", shifts.CashMovements.as_view(), name="api-cash-movements"),
    path("shifts/<int:shift_id>/report", shifts.ShiftReport.as_view(), name="api-shift-report"),
    path("reports/revenue", reports.Revenue.as_view(), name="api-report-revenue"),
    path("reports/transactions", reports.Transactions.as_view(), name="api-report-transactions"),
    path(
        "reports/purchased-products",
        reports.PurchasedProducts.as_view(),
        name="api-report-purchased-products",
    ),
    path(
        "reports/monthly-transactions",
        reports.MonthlyTransactions.as_view(),
        name="api-report-monthly-transactions",
    ),
    path(
        "reports/monthly-sold-products",
        reports.MonthlySoldProducts.as_view(),
        name="api-report-monthly-sold-products",
    ),
    path("reports/members-by-tier", reports.MembersByTier.as_view(), name="api-report-members-by-tier"),
    path("reports/current-cash", reports.CurrentCash.as_view(), name="api-report-current-cash"),
    path("reports/oversold", reports.Oversold.as_view(), name="api-report-oversold"),
    path("reports/out-of-stock", reports.OutOfStock.as_view(), name="api-report-out-of-stock"),
    path("reports/cashiers", reports.Cashiers.as_view(), name="api-report-cashiers"),
    path("reports/shrinkage", reports.Shrinkage.as_view(), name="api-report-shrinkage"),
    path("members", members.Members.as_view(), name="api-members"),
    path("members/merge", members.MemberMerge.as_view(), name="api-members-merge"),
    path("members/<int:pk>/export", purchases.MemberExport.as_view(), name="api-member-export"),
    path("members/<int:pk>", members.OneMember.as_view(), name="api-member"),
    path("members/<int:pk>/consent", members.MemberConsent.as_view(), name="api-member-consent"),
    path("members/<int:pk>/vip", members.MemberVip.as_view(), name="api-member-vip"),
    path("members/<int:pk>/staff", members.MemberStaff.as_view(), name="api-member-staff"),
    path("members/<int:pk>/points", members.MemberPoints.as_view(), name="api-member-points"),
    path("imports", imports.Imports.as_view(), name="api-imports"),
    path("imports/<int:import_id>", imports.OneImport.as_view(), name="api-import"),
    path("imports/<int:import_id>/undo", imports.ImportUndo.as_view(), name="api-import-undo"),
    path("schema", SchemaView.as_view(), name="schema"),
    path("docs", login_required(swagger_styles(DocsView.as_view())), name="docs"),
]
