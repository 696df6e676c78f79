from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.cast import PASSWORD
from tests.examples import Step
from tests.second_factor import code_of


def code_of_the_app() -> str:
    return code_of(TOTPDevice.objects.get(user__username="kim", confirmed=False))


DOUBLE = {"name": "Mara Lynd", "email": "lynd@example.org", "pin": "384756"}
CAROL = {"username": "carol", "name": "Carol", "role": "cashier", "password": "long-and-quiet-river"}
ASKED = {"action": "bill_discount", "size": "0.30", "facts": {"total": "25.00"}}
MARA, WHO = "members/{member_register[id]}", "users/{users_create[id]}"
MEMBERS: list[Step] = [
    ("member_edit", "PATCH", MARA, {"phone": "+49 30 1234567"}),
    ("member_export", "GET", f"{MARA}/export", None),
    ("member_points_correct", "POST", f"{MARA}/points", {"amount": "-2.00", "reason": "counted twice"}),
    ("member_vip_grant", "PUT", f"{MARA}/vip", {"until": "2030-12-31"}),
    ("member_vip_withdraw", "DELETE", f"{MARA}/vip", None),
    ("double", "POST", "members", DOUBLE),
    ("members_merge", "POST", "members/merge", {"double": "{double[id]}", "into": "{member_register[id]}"}),
    ("members_bulk", "POST", "members/bulk", {"rows": [{"name": "Jo Ott", "email": "jo@example.org"}]}),
]
STAFF: list[Step] = [
    ("users_create", "POST", "users", CAROL),
    ("users_retrieve", "GET", WHO, None),
    ("users_change", "PATCH", WHO, {"name": "Carol Weiss"}),
    ("users_list", "GET", "users?page_size=1", None),
    ("users_badge_make", "PUT", f"{WHO}/badge", None),
    ("member_staff_link", "PUT", f"{MARA}/staff", {"user": "{users_create[id]}"}),
    ("member_staff", "GET", f"{MARA}/staff", None),
    ("user_limit_set", "PUT", f"{WHO}/limits/bill_discount", {"allow_up_to": "0.05", "ask_up_to": "0.20"}),
    ("user_limits", "GET", f"{WHO}/limits", None),
    ("user_sessions", "GET", f"{WHO}/sessions", None),
    ("user_sign_ins", "GET", f"{WHO}/sign-ins", None),
    ("role_create", "POST", "roles", {"name": "Stock keeper", "permissions": ["goods", "counts"]}),
    ("role", "GET", "roles/{role_create[id]}", None),
    ("role_edit", "PATCH", "roles/{role_create[id]}", {"permissions": ["goods", "counts", "buying"]}),
    ("roles", "GET", "roles", None),
    ("sessions", "GET", "sessions", None),
    ("sign_ins", "GET", "sign-ins?page_size=1", None),
    ("trail", "GET", "trail?page_size=1", None),
    ("token_refresh", "POST", "auth/token/refresh", {"refresh": "{token[refresh]}"}),
    ("token_revoke", "POST", "auth/token/revoke", {"refresh": "{token_refresh[refresh]}"}),
]
APPROVALS: list[Step] = [
    ("approval_rule", "GET", "approval-rules/cashier/bill_discount", None),
    (
        "approval_rule_change",
        "PATCH",
        "approval-rules/cashier/bill_discount",
        {"allow_up_to": "0.10", "ask_up_to": "0.50"},
    ),
    ("approval_ask", "POST", "approvals", ASKED, "ana"),
    ("approvals_open", "GET", "approvals/open", None),
    ("approval_answer", "POST", "approvals/{approval_ask[id]}/answer", {"granted": True}),
    ("approval_asked", "GET", "approvals/{approval_ask[id]}", None, "ana"),
]
LAST: list[Step] = [
    ("", "PATCH", "settings", {"second_factor": "offered"}),
    ("second_factor", "GET", "me/second-factor", None, "kim"),
    ("recovery_codes_make", "PUT", "me/second-factor/codes", None, "kim"),
    ("second_factor_begin", "PUT", "me/second-factor/app", None, "kim"),
    ("second_factor_confirm", "POST", "me/second-factor/app/confirm", {"code": code_of_the_app}, "kim"),
    ("own_pin_set", "PUT", "me/pin", {"password": PASSWORD, "pin": "738291"}),
    ("own_password_set", "PUT", "me/password", {"password": PASSWORD, "new_password": "long-and-quiet-river"}),
]
STEPS = [*MEMBERS, *STAFF, *APPROVALS]
