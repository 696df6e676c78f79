"""Lists of people: members, staff, what was approved, and the trail."""

from operator import attrgetter, itemgetter

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts import deeds
from accounts.approvals import sentences
from accounts.models import User
from accounts.views import trail
from accounts.views.approvals import ReportForm
from files.lists.listed import AT_ONCE, Found, Listed, checked, searched
from members import member_search
from members.models import Member


def members(asked: QueryDict) -> Found:
    text = searched(asked)
    rows = Member.objects.filter(is_active=True).order_by("name", "pk").iterator(AT_ONCE)
    return Found(member_search.find(text) if text else rows, [text])


MEMBERS = Listed(
    "members",
    _("Members"),
    (
        (_("Number"), attrgetter("number")),
        (_("Name"), attrgetter("name")),
        (_("E-mail"), attrgetter("email")),
        (_("Phone"), attrgetter("phone")),
        (_("VIP"), attrgetter("is_vip_now")),
        (_("Points"), attrgetter("points")),
    ),
    members,
)


def people(asked: QueryDict) -> Found:
    text = searched(asked)
    return Found(User.objects.matching(name=text).order_by("-is_active", "name", "pk").iterator(AT_ONCE), [text])


PEOPLE = Listed(
    "people",
    _("People"),
    (
        (_("Name"), attrgetter("name")),
        (_("username"), attrgetter("username")),
        (_("Role"), lambda user: user.get_role_display()),
        (_("E-mail"), attrgetter("email")),
        (_("Last seen"), attrgetter("last_login")),
        (_("active"), attrgetter("is_active")),
    ),
    people,
    is_for_managers=True,
)


def approvals(asked: QueryDict) -> Found:
    form = ReportForm(asked)
    said = checked(form)
    words = [said["day"], said["who"] and said["who"].username, said["action"]]
    return Found(form.rows().iterator(AT_ONCE), words)


APPROVALS = Listed(
    "approvals",
    _("Approvals"),
    (
        (_("When"), attrgetter("at")),
        (_("What"), lambda row: sentences.of(row.action, row.size, row.facts)),
        (_("For"), attrgetter("asker.username")),
        (_("By"), lambda row: row.approver.username if row.approver else ""),
        (_("State"), lambda row: row.get_deed_display()),
        (_("From afar"), attrgetter("is_remote")),
        (_("Used for"), attrgetter("reference")),
    ),
    approvals,
    is_for_managers=True,
)


def entries(asked: QueryDict) -> Found:
    form = trail.TrailForm(asked)
    said = checked(form)
    deed = said["deed"] and deeds.spoken(said["deed"])
    words = [said["who"] and said["who"].username, deed, said["about"], said["request"], said["begin"], said["end"]]
    return Found(trail.lines(form.entries()), words)


TRAIL = Listed(
    "trail",
    _("Trail"),
    tuple((title, itemgetter(place)) for place, title in enumerate(trail.HEAD)),
    entries,
    is_for_managers=True,
)
PEOPLES = (MEMBERS, PEOPLE, APPROVALS, TRAIL)
