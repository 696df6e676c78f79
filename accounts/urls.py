from django.urls import path

from accounts.views import approvals, sign_in

urlpatterns = [
    path("", sign_in.home, name="home"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("password", sign_in.change_password, name="change_password"),
    path("pin", sign_in.set_pin, name="set_pin"),
    path("language", sign_in.choose_language, name="choose_language"),
    path("lock", sign_in.lock, name="lock"),
    path("unlock", sign_in.unlock, name="unlock"),
    path("awake", sign_in.awake, name="awake"),
    path("approvals", approvals.waiting, name="approvals"),
    path("approvals/report", approvals.report, name="approval_report"),
    path("approvals/asked/<int:request_id>", approvals.asked, name="approval_asked"),
    path("approvals/<int:request_id>", approvals.answer, name="answer_approval"),
]
