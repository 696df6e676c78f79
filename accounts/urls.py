from django.urls import path

from accounts import approval_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("password", views.change_password, name="change_password"),
    path("pin", views.set_pin, name="set_pin"),
    path("language", views.choose_language, name="choose_language"),
    path("lock", views.lock, name="lock"),
    path("unlock", views.unlock, name="unlock"),
    path("awake", views.awake, name="awake"),
    path("approvals", approval_views.waiting, name="approvals"),
    path("approvals/report", approval_views.report, name="approval_report"),
    path("approvals/asked/<int:request_id>", approval_views.asked, name="approval_asked"),
    path("approvals/<int:request_id>", approval_views.answer, name="answer_approval"),
]
