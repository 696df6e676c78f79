"""Lists of millions in the back office: newest first, page by page by key, and never counted to the end."""

from typing import Any, ClassVar

from django.contrib.admin import ShowFacets
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.translation import gettext as _

from pos.back_office.rows import ReadOnly
from pos.postgres import plans
from pos.web import key_pages

MOST_COUNTED = 1000


def count_at_most(rows: QuerySet, most: int) -> int:
    """How many rows there are, but no more than that."""
    return rows.order_by()[:most].count()


class KeyedChangeList(ChangeList):
    """A page of the list is found by the key it begins at; `cl.page` has the links to the pages beside it."""

    def get_filters_params(self, params: Any = None) -> Any:
        asked = super().get_filters_params(params)
        asked.pop(key_pages.CURSOR, None)
        return asked

    def get_results(self, request: HttpRequest) -> None:
        ordering = tuple(map(str, self.model_admin.ordering or ()))
        self.params.pop(key_pages.CURSOR, None)
        self.filter_params.pop(key_pages.CURSOR, None)
        with plans.for_their_values():
            self.page = page = key_pages.page_of(self.queryset, request.GET, self.list_per_page, ordering)
            is_all = not (page.before or page.after)
            found = len(page.rows) if is_all else count_at_most(self.queryset, MOST_COUNTED + 1)
        self.is_more = found > MOST_COUNTED
        self.result_count = self.full_result_count = min(found, MOST_COUNTED)
        self.result_list = self.page.rows  # type: ignore[assignment]
        self.paginator = Paginator(self.page.rows, self.list_per_page)
        self.show_full_result_count = self.show_admin_actions = False
        self.can_show_all = self.multi_page = False

    def at(self, cursor: str | None) -> str:
        return self.get_query_string({key_pages.CURSOR: cursor})

    @property
    def newest(self) -> str:
        return self.at(None)

    @property
    def newer(self) -> str:
        return self.at(self.page.before)

    @property
    def older(self) -> str:
        return self.at(self.page.after)

    @property
    def counted(self) -> str:
        figure = localize(self.result_count)
        return _("more than %(count)s") % {"count": figure} if self.is_more else str(figure)


class LongList(ReadOnly):
    """A ledger that grows for ever. Its order is that of an index, and no other can be asked for."""

    ordering: ClassVar[tuple[str, ...]] = key_pages.NEWEST  # type: ignore[misc]
    sortable_by: ClassVar[tuple[str, ...]] = ()  # type: ignore[misc]
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # they would count every row for each value

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return KeyedChangeList
