"""The second step of a sign-in: the code of a manager's app, or a recovery code."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import half_way, passkeys, second_factor
from accounts.views.second_factor_forms import CodeForm
from accounts.views.sign_in import let_in
from pos.errors import Refused


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    user = half_way.person(request)
    if user is None:
        return redirect("sign_in")
    onward = request.POST.get("next") or request.GET.get("next", "")
    passkey = request.POST.get("passkey", "")
    form, status = CodeForm(request.POST or None), 200
    if form.is_valid() or passkey:
        try:
            second_factor.check(user, form.cleaned_data.get("code", ""), request, passkey=passkey)
            half_way.end(request)
            return let_in(request, user, onward)
        except Refused as refused:
            form.add_error("code", refused.message)
            status = refused.status
    page = {"form": form, "next": onward, "question": passkeys.question(user, request)}
    return render(request, "accounts/security/second_step.html", page, status=status)
