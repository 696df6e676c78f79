from django.urls import path

from billing.views import bills, shifts, till

urlpatterns = [
    path("till", till.till, name="till"),
    path("till/new", till.new_basket, name="new_basket"),
    path("till/<int:basket_id>", till.basket, name="basket"),
    path("till/<int:basket_id>/scan", till.scan, name="scan"),
    path("till/<int:basket_id>/search", till.results, name="search"),
    path("till/<int:basket_id>/unknown", till.forget_unknown, name="forget_unknown"),
    path("till/<int:basket_id>/lines/<int:line_id>", till.set_quantity, name="set_quantity"),
    path("till/<int:basket_id>/lines/<int:line_id>/remove", till.remove_line, name="remove_line"),
    path("till/<int:basket_id>/member", till.attach_member, name="attach_member"),
    path("till/<int:basket_id>/member/remove", till.detach_member, name="detach_member"),
    path("till/<int:basket_id>/member/new", till.register_member, name="register_member"),
    path("till/<int:basket_id>/points", till.spend_points, name="spend_points"),
    path("till/<int:basket_id>/points/remove", till.forget_points, name="forget_points"),
    path("till/<int:basket_id>/park", till.park, name="park"),
    path("till/<int:basket_id>/resume", till.resume, name="resume"),
    path("till/<int:basket_id>/drop", till.drop, name="drop"),
    path("till/<int:basket_id>/pay", till.pay, name="pay"),
    path("bills", bills.bill_list, name="bill_list"),
    path("bills/<str:number>", bills.bill_detail, name="bill_detail"),
    path("bills/<str:number>/receipt", bills.receipt, name="receipt"),
    path("shift", shifts.shift, name="shift"),
    path("shift/open", shifts.open_shift, name="open_shift"),
    path("shift/join", shifts.join_shift, name="join_shift"),
    path("shifts", shifts.z_list, name="z_list"),
    path("shifts/<int:shift_id>/cash", shifts.move_cash, name="move_cash"),
    path("shifts/<int:shift_id>/close", shifts.close_shift, name="close_shift"),
    path("shifts/<int:shift_id>/z", shifts.z_report, name="z_report"),
]
