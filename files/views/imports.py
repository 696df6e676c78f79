"""Lists in: a file uploaded, its columns matched, its first rows looked at, imported and taken back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import permitted, person
from accounts.models import Permission
from files import imports, jobs
from files.kinds.table import KINDS
from files.lists.table import BACK_OFFICE, LISTS
from files.models import FileImport, State
from files.views import import_page
from pos.errors import Invalid, Refused
from pos.web.key_pages import page_of
from pos.web.page_key import once_of

PAGE = 20


@never_cache
@require_http_methods(["GET", "POST"])
@permitted(Permission.FILES)
def files(request: HttpRequest) -> HttpResponseBase:
    if request.method == "POST":
        try:
            return redirect("file_import", uploaded(request).pk)
        except Refused as refusal:
            return front(request, refusal)
    return front(request)


def uploaded(request: HttpRequest) -> FileImport:
    file, kind = request.FILES.get("file"), request.POST.get("kind", "")
    if file is None:
        raise Invalid("file", _("Choose a file first."))
    content = file.read()
    once = once_of(request, "import", {"kind": kind, "content": imports.digest(content)})
    return imports.upload(content, str(file.name), kind, by=person(request), once=once)


def front(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    rows = FileImport.objects.select_related("by").defer("content", "sample", "report")
    page = page_of(rows, request.GET, PAGE)
    chosen = request.POST.get("kind") or request.GET.get("kind") or "products"
    facts = {
        "kinds": KINDS.values(),
        "chosen": chosen if chosen in KINDS else "products",
        "lists": [listed for listed in LISTS.values() if listed.is_offered_to(person(request))],
        "back_office": BACK_OFFICE if person(request).is_manager else (),
        "page": page,
        "refusal": refusal,
    }
    return render(request, "files/files.html", facts, status=refusal.status if refusal else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@permitted(Permission.FILES)
def one(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """The page of an import; a POST says which column is which, or which sheet is meant."""
    if request.method == "POST":
        try:
            matched = import_page.matched(request.POST, imports.find(import_id))
            mark, sheet = request.POST.get("decimal_mark", ""), request.POST.get("sheet")
            imports.match(import_id, matched, by=person(request), decimal_mark=mark, sheet=sheet)
            return redirect("file_import", import_id)
        except Refused as refusal:
            return show(request, import_id, refusal)
    return show(request, import_id)


def show(request: HttpRequest, import_id: int, refusal: Refused | None = None) -> HttpResponse:
    row = imports.find(import_id)
    facts: dict[str, Any] = import_page.facts(row) | {"refusal": refusal}
    if row.state == State.WAITING:
        facts["read"] = jobs.how_far(row.pk)
    template = "files/_progress.html" if request.headers.get("HX-Target") == "progress" else "files/import.html"
    return render(request, template, facts, status=refusal.status if refusal else 200)


@require_POST
@permitted(Permission.FILES)
def start(request: HttpRequest, import_id: int) -> HttpResponseBase:
    try:
        row = imports.start(import_id, by=person(request), is_confirmed="confirmed" in request.POST)
        if row.state == State.WAITING and row.rows <= imports.CHECKED_AT_ONCE:
            jobs.work_one(row.pk)
    except Refused as refusal:
        return show(request, import_id, refusal)
    return redirect("file_import", import_id)


@require_POST
@permitted(Permission.FILES)
def undo(request: HttpRequest, import_id: int) -> HttpResponseBase:
    try:
        imports.undo(import_id, by=person(request))
    except Refused as refusal:
        return show(request, import_id, refusal)
    messages.success(request, _("The import is undone."))
    return redirect("file_import", import_id)


@require_POST
@permitted(Permission.FILES)
def drop(request: HttpRequest, import_id: int) -> HttpResponseBase:
    try:
        imports.drop(import_id, by=person(request))
    except Refused as refusal:
        return show(request, import_id, refusal)
    return redirect("files")
