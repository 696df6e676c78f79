"""Who may knock at which door, with which method. A route missing here fails the build: add it when you add the route.

`anyone` needs no sign-in, `staff` is every cashier and manager, `manager` is managers alone.
`manager by verb` is refused by the verb, after the object was looked for.
A method that is not named must be refused. Everything under /admin/ is for managers, but for the doors named here.
"""

ROUTES: dict[str, dict[str, str]] = {
    "/": {"GET": "staff"},
    "/sign-in": {"GET": "anyone", "POST": "anyone"},
    "/sign-out": {"POST": "anyone"},
    "/password": {"GET": "staff", "POST": "staff"},
    "/members": {"GET": "staff"},
    "/members/new": {"GET": "staff", "POST": "staff"},
    "/members/<str:number>": {"GET": "staff"},
    "/members/<str:number>/edit": {"POST": "staff"},
    "/members/<str:number>/vip": {"POST": "staff"},
    "/members/<str:number>/vip/withdraw": {"POST": "staff"},
    "/members/<str:number>/pin": {"POST": "staff"},
    "/reports": {"GET": "manager"},
    "/reports/month": {"GET": "manager"},
    "/reports/year": {"GET": "manager"},
    "/reports/range": {"GET": "manager"},
    "/healthz": {"GET": "anyone"},
    "/readyz": {"GET": "anyone"},
    "/admin/login/": {"GET": "anyone", "POST": "anyone"},
    "/api/v1/auth/token": {"POST": "anyone"},
    "/api/v1/auth/token/refresh": {"POST": "anyone"},
    "/api/v1/auth/token/revoke": {"POST": "anyone"},
    "/api/v1/users": {"GET": "manager", "POST": "manager"},
    "/api/v1/users/<int:pk>": {"GET": "manager", "PATCH": "manager", "DELETE": "manager"},
    "/api/v1/settings": {"GET": "staff", "PATCH": "manager"},
    "/api/v1/settings/history": {"GET": "staff"},
    "/api/v1/quotes": {"POST": "staff"},
    "/api/v1/bills": {"GET": "staff", "POST": "staff"},
    "/api/v1/bills/by-key/<str:key>": {"GET": "staff"},
    "/api/v1/bills/<str:number>": {"GET": "staff"},
    "/api/v1/registers": {"GET": "staff", "POST": "manager"},
    "/api/v1/registers/<str:code>/shifts": {"POST": "staff"},
    "/api/v1/shifts": {"GET": "staff"},
    "/api/v1/shifts/<int:shift_id>": {"GET": "staff"},
    "/api/v1/shifts/<int:shift_id>/close": {"POST": "staff"},
    "/api/v1/shifts/<int:shift_id>/cash-movements": {"POST": "staff"},
    "/api/v1/shifts/<int:shift_id>/report": {"GET": "staff"},
    "/api/v1/members": {"GET": "staff", "POST": "staff"},
    "/api/v1/members/<int:pk>": {"GET": "staff", "PATCH": "staff", "DELETE": "manager by verb"},
    "/api/v1/members/<int:pk>/consent": {"POST": "staff"},
    "/api/v1/members/<int:pk>/vip": {"PUT": "staff", "DELETE": "staff"},
    "/api/v1/members/<int:pk>/points": {"GET": "staff"},
    "/api/v1/reports/revenue": {"GET": "manager"},
    "/api/v1/reports/transactions": {"GET": "manager"},
    "/api/v1/reports/purchased-products": {"GET": "manager"},
    "/api/v1/reports/monthly-transactions": {"GET": "manager"},
    "/api/v1/reports/monthly-sold-products": {"GET": "manager"},
    "/api/v1/reports/members-by-tier": {"GET": "manager"},
    "/api/v1/reports/current-cash": {"GET": "manager"},
    "/api/v1/reports/out-of-stock": {"GET": "manager"},
    "/api/v1/schema": {"GET": "anyone"},
    "/api/v1/docs": {"GET": "staff"},
}
# Addresses that stand for "nothing here"
NOWHERE = {r"/^api(?:/(?P<rest>.*))?$": "/api/v1/nothing", r"/admin/(?P<url>.*)$": "/admin/nothing/"}
# Pages that need styles no file can hold
OWN_STYLES = {"/api/v1/docs"}
