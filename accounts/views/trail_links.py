"""The page of what an entry of the trail is about. Pages of rooms above are known by the name of their address."""

from django.urls import NoReverseMatch, reverse

from accounts.models import AuditEntry

OF_A_PERSON = ("approval", "sign_in", "token", "user")
ADDRESSES = {
    "basket": "basket",
    "member": "member_detail",
    "person_limits": "limits_of",
    "product": "product_by_sku",
    "shift": "z_report",
    "till": "person",
    "webhook": "webhook",
    **dict.fromkeys(OF_A_PERSON, "person"),
}
ALONE = {"limits": "limits", "settings": "settings"}  # one page, whatever the subject


def page_about(entry: AuditEntry) -> str:
    """The address, or nothing where there is no page, or nothing of this name any more."""
    kind = entry.action.partition(".")[0]
    try:
        if kind in ALONE:
            return reverse(ALONE[kind])
        return reverse(ADDRESSES[kind], args=[entry.subject.rpartition(" ")[2]]) if kind in ADDRESSES else ""
    except NoReverseMatch:
        return ""
