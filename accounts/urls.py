from django.urls import path

from accounts.views import approvals, limits, people, person_deeds, settings, sign_in, trail

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
    path("limits", limits.limits, name="limits"),
    path("limits/<str:role>", limits.limits, name="role_limits"),
    path("people", people.people, name="people"),
    path("people/new", people.hire, name="hire"),
    path("person/<str:username>", people.one, name="person"),
    path("person/<str:username>/badge", person_deeds.new_badge, name="new_badge"),
    path("person/<str:username>/badge/revoke", person_deeds.revoke_badge, name="revoke_badge"),
    path("person/<str:username>/off", person_deeds.switch_off, name="switch_off"),
    path("person/<str:username>/on", person_deeds.switch_on, name="switch_on"),
    path("person/<str:username>/open", person_deeds.open_sign_in, name="open_sign_in"),
    path("person/<str:username>/password", person_deeds.new_password, name="new_password"),
    path("person/<str:username>/pin", person_deeds.new_pin, name="new_pin"),
    path("settings", settings.settings, name="settings"),
    path("trail", trail.entries, name="trail"),
]
