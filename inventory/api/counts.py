"""Stocktaking: count sheets, entries, booking and undoing."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import person
from accounts.models import Permission
from inventory.api.serializers import IdField, LocationCodeField
from inventory.counting import booking, entries, figures, sheets
from inventory.models import (
    Category,
    CountDeed,
    CountEntry,
    CountScope,
    CountSheet,
    Product,
    SheetDeed,
)
from inventory.shelf import bound_keys
from pos import money
from pos.api.fields import MoneyField, QuantityField, StrictModelSerializer, StrictSerializer, TextField, YesNoField
from pos.api.items import ItemsField
from pos.api.lists import Pages
from pos.api.permissions import IsStaffMember, permitted, permitted_write
from pos.api.views import ApiView, done
from pos.errors import Invalid


class CountSerializer(StrictModelSerializer):
    """A sheet. `search` and `category` say which products it asks for."""

    scope = serializers.ChoiceField(CountScope.choices, required=False)
    title = TextField(max_length=sheets.LONGEST_TITLE, required=False, allow_blank=True)
    category = IdField(queryset=Category.objects.all(), required=False, write_only=True)
    search = TextField(max_length=sheets.LONGEST_SEARCH, required=False, write_only=True, source="search_text")
    shows_expected = YesNoField(required=False, help_text="whether counters see what the books expect")
    outlier_pieces = QuantityField(min_value=0, required=False, allow_null=True, help_text="counted again beyond it")
    outlier_money = MoneyField(min_value=0, required=False, allow_null=True, help_text="at cost, counted again beyond")
    location = LocationCodeField()
    state = serializers.SerializerMethodField()
    by = serializers.CharField(source="by.username", read_only=True)

    class Meta:
        model = CountSheet
        fields: ClassVar[list[str]] = [
            *("number", "title", "scope", "category", "search", "location", "shows_expected"),
            *("outlier_pieces", "outlier_money", "state", "by", "at"),
        ]
        read_only_fields: ClassVar[list[str]] = ["number", "at"]

    def get_state(self, sheet: CountSheet) -> str:
        return sheets.state(sheets.deeds([sheet])[sheet.pk])


class CountedSerializer(serializers.Serializer[figures.Standing]):
    """A product of a sheet. What the books expected is told to managers, and to counters if the sheet says so."""

    product = serializers.IntegerField(source="id")
    sku = serializers.CharField()
    name = serializers.CharField()
    counted = serializers.SerializerMethodField()
    count_again = serializers.BooleanField(source="waits_for_recount")
    expected = serializers.SerializerMethodField()
    variance = serializers.SerializerMethodField()
    variance_at_cost = serializers.SerializerMethodField()
    variance_at_price = serializers.SerializerMethodField()

    def get_counted(self, row: figures.Standing) -> str | None:
        return None if row.counted is None else money.quantity_text(row.counted)

    def get_expected(self, row: figures.Standing) -> str | None:
        told = self.context["tells_books"] and row.expected is not None
        return money.quantity_text(row.expected) if told and row.expected is not None else None

    def get_variance(self, row: figures.Standing) -> str | None:
        return money.quantity_text(row.variance) if self.told(row) else None

    def get_variance_at_cost(self, row: figures.Standing) -> str | None:
        return money.text(row.at_cost) if self.told(row) else None

    def get_variance_at_price(self, row: figures.Standing) -> str | None:
        return money.text(row.at_price) if self.told(row) else None

    def told(self, row: figures.Standing) -> bool:
        return self.context["may_book"] and row.counted is not None


class SheetDocumentSerializer(CountSerializer):
    products = serializers.SerializerMethodField()

    class Meta(CountSerializer.Meta):
        fields: ClassVar[list[str]] = [*CountSerializer.Meta.fields, "products"]

    @extend_schema(responses=CountedSerializer(many=True))
    def get_products(self, sheet: CountSheet) -> list[dict[str, Any]]:
        is_booked = sheet.deeds.filter(deed=SheetDeed.BOOKED).exists()
        rows = figures.booked(sheet) if is_booked else figures.standing(sheet)
        may_book = self.context["request"].user.may(Permission.COUNTS)
        context = {"may_book": may_book, "tells_books": may_book or sheet.shows_expected}
        return [dict(CountedSerializer(row, context=context).data) for row in rows]


class AddEntrySerializer(StrictSerializer):
    """`barcode` or `product`. Entries of one product add up; a negative quantity takes back."""

    product = IdField(queryset=Product.objects.all(), required=False)
    barcode = TextField(max_length=entries.LONGEST_CODE, required=False, help_text="or the SKU")
    quantity = QuantityField(required=False, help_text="one if left out")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("product" in attrs) == ("barcode" in attrs):
            raise Invalid("product", "Give either product or barcode.", "required")
        return attrs


class CountEntrySerializer(StrictModelSerializer):
    by = serializers.CharField(source="by.username")

    class Meta:
        model = CountEntry
        fields: ClassVar[list[str]] = ["id", "product", "quantity", "round", "by", "at"]
        read_only_fields = fields


class RecountSerializer(StrictSerializer):
    products = ItemsField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        max_length=1000,
        help_text="counted before on this sheet; none: all beyond its limits",
    )


class BookSerializer(StrictSerializer):
    accept_outliers = YesNoField(required=False, help_text="book large differences without a recount")


class DropSerializer(StrictSerializer):
    reason = TextField(max_length=sheets.LONGEST_REASON, required=False, allow_blank=True)


class UndoSerializer(StrictSerializer):
    reason = TextField(max_length=sheets.LONGEST_REASON)


class SheetView(ApiView):
    serializer_class: Any = CountSerializer
    permission_classes: Any = [permitted_write(Permission.COUNTS)]
    queryset = CountSheet.objects.select_related("by", "location")

    def sheet(self, number: str) -> CountSheet:
        found = get_object_or_404(self.get_queryset(), number=number.replace("\0", ""))
        bound_keys.refuse_elsewhere(person(self.request), found.location_id)
        return found

    def document(self, sheet: CountSheet) -> dict[str, Any]:
        return SheetDocumentSerializer(sheet, context=self.get_serializer_context()).data


class Counts(SheetView):
    reads_key = True
    pagination_class = Pages
    ordering: Any = ("-id",)

    @extend_schema(operation_id="counts", responses=CountSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(self.get_queryset().filter(bound_keys.within(person(request), "location")))

    @extend_schema(operation_id="count_open", responses={201: CountSerializer})
    def post(self, request: Request) -> Response:
        """`free` takes whatever is scanned; `category`, `search` and `oversold` ask for their products."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        once = self.once("count sheet", asked.validated_data)
        sheet = once.make(self.get_queryset(), partial(sheets.open_sheet, by=person(request), **asked.validated_data))
        return done(self.get_serializer(sheet).data, again=once.again)


class OneCount(SheetView):
    @extend_schema(operation_id="count", responses=SheetDocumentSerializer)
    def get(self, request: Request, number: str) -> Response:
        return Response(self.document(self.sheet(number)))


class CountEntries(SheetView):
    reads_key = True
    serializer_class = CountEntrySerializer
    permission_classes = [IsStaffMember]
    pagination_class = Pages
    ordering: Any = ("-id",)

    @extend_schema(operation_id="count_entries", responses=CountEntrySerializer(many=True))
    def get(self, request: Request, number: str) -> Response:
        return self.listed(CountEntry.objects.filter(sheet=self.sheet(number)).select_related("by"))

    @extend_schema(operation_id="count_entry", request=AddEntrySerializer, responses={201: CountEntrySerializer})
    def post(self, request: Request, number: str) -> Response:
        sheet = self.sheet(number)
        asked = AddEntrySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        once = self.once(f"entry of count {sheet.number}", asked.validated_data)
        rows = CountEntry.objects.select_related("by")
        made = once.make(rows, partial(self.enter, sheet, asked.validated_data))
        return done(self.get_serializer(made).data, again=once.again)

    def enter(self, sheet: CountSheet, asked: dict[str, Any]) -> CountEntry:
        product, quantity = (asked["product"].pk, Decimal(1)) if "product" in asked else entries.read(asked["barcode"])
        return entries.count(sheet, product, asked.get("quantity", quantity), by=person(self.request))


class CountEntryTakeBack(SheetView):
    reads_key = True
    serializer_class = CountEntrySerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="count_entry_take_back", request=None, responses={201: CountEntrySerializer})
    def post(self, request: Request, number: str, entry_id: int) -> Response:
        """Counts the entry's opposite, which is answered; the mistaken entry stays."""
        sheet = self.sheet(number)
        entry = get_object_or_404(CountEntry, sheet=sheet, pk=entry_id)
        once = self.once(f"entry {entry.pk} taken back", {})
        rows = CountEntry.objects.select_related("by")
        made = once.make(rows, partial(entries.take_back, sheet, entry, by=person(request)))
        return done(self.get_serializer(made).data, again=once.again)


class SheetDeedView(SheetView):
    """What a manager does to a sheet as a whole."""

    reads_key = True
    permission_classes: Any = [permitted(Permission.COUNTS)]

    def act(self, number: str, deed: str, asked: dict[str, Any], verb: Callable[..., CountDeed]) -> Response:
        sheet = self.sheet(number)
        once = self.once(f"count {sheet.number} {deed}", asked)
        once.make(CountDeed.objects.all(), partial(verb, sheet, by=person(self.request), **asked))
        return done(self.document(sheet), again=once.again)


class CountBook(SheetDeedView):
    @extend_schema(operation_id="count_book", request=BookSerializer, responses={201: SheetDocumentSerializer})
    def post(self, request: Request, number: str) -> Response:
        """Books every difference at once. 409 `needs_recount`, `counted_since` or `count_contradicted` names the
        products to count again."""
        asked = BookSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return self.act(number, SheetDeed.BOOKED, asked.validated_data, booking.book)


class CountUndo(SheetDeedView):
    @extend_schema(operation_id="count_undo", request=UndoSerializer, responses={201: SheetDocumentSerializer})
    def post(self, request: Request, number: str) -> Response:
        """Takes every difference back by a counter-booking; the sheet stays."""
        asked = UndoSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return self.act(number, SheetDeed.UNDONE, asked.validated_data, booking.undo)


class CountDrop(SheetDeedView):
    @extend_schema(operation_id="count_drop", request=DropSerializer, responses={201: SheetDocumentSerializer})
    def post(self, request: Request, number: str) -> Response:
        """Gives the sheet up: nothing is booked."""
        asked = DropSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return self.act(number, SheetDeed.DROPPED, asked.validated_data, sheets.drop)


class CountRecounts(SheetView):
    """Asks for the same again make nothing new."""

    permission_classes = [permitted(Permission.COUNTS)]

    @extend_schema(operation_id="count_recount", request=RecountSerializer, responses=SheetDocumentSerializer)
    def post(self, request: Request, number: str) -> Response:
        """Has products counted again; their next entries replace what was counted."""
        sheet = self.sheet(number)
        asked = RecountSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        if products := asked.validated_data["products"]:
            booking.ask_recount(sheet, products, by=person(request))
        else:
            booking.ask_outliers(sheet, by=person(request))
        return Response(self.document(sheet))
