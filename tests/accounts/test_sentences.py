"""An approval is shown as a sentence, whatever facts its request has."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.approvals import approvals, sentences
from accounts.models import Action, ApprovalRequest, User
from tests.cast import signed_in

LINE = {
    "product": "P-1",
    "name": "Green tea",
    "quantity": "2",
    "list_price": "12.5",
    "unit_price": "9",
    "discount_percent": "15",
    "discount_amount": "0",
}
PRICED = {**LINE, "discount_percent": "0"}
SALE = {"sale": "k", "lines": [LINE, {**LINE, "name": "Bread"}]}
BASKET = {"basket": 43, "version": 4, "worth": "9.69", "items": 3, "goods": ["tea", "bread", "cheese"]}
BACK = {"bill": "R1-000001", "goods": ["1: 5 x Green tea", "2: 1 x Milk, damaged"], "reason": "torn", "register": "R1"}
READ = [
    ("line_discount", "15", LINE, "15 % off 2 × Green tea at €9.00", "15 % Rabatt auf 2 × Green tea zu 9,00 €"),
    (
        "line_discount",
        "40",
        {**LINE, "discount_amount": "3"},
        "15 % and €3.00 off 2 × Green tea at €9.00",
        "15 % und 3,00 € Rabatt auf 2 × Green tea zu 9,00 €",
    ),
    (
        "line_discount",
        "15",
        SALE,
        "Up to 15 % off, 2 items: Green tea, Bread",
        "Bis zu 15 % Rabatt, 2 Positionen: Green tea, Bread",
    ),
    (
        "bill_discount",
        "10",
        {**BASKET, "percent": "10", "amount": "0"},
        "10 % off €9.69, 3 items: tea, bread, cheese",
        "10 % Rabatt auf 9,69 €, 3 Positionen: tea, bread, cheese",
    ),
    (
        "bill_discount",
        "10",
        {**BASKET, "items": 12, "percent": "0", "amount": "1"},
        "€1.00 off €9.69, 12 items: tea, bread, cheese, …",
        "1,00 € Rabatt auf 9,69 €, 12 Positionen: tea, bread, cheese, …",
    ),
    (
        "price_override",
        "28",
        PRICED,
        "2 × Green tea at €9.00 instead of €12.50",
        "2 × Green tea zu 9,00 € statt 12,50 €",
    ),
    (
        "below_cost",
        "4.5",
        PRICED,
        "2 × Green tea at €9.00, 4.5 % below cost",
        "2 × Green tea zu 9,00 €, 4,5 % unter Einkaufspreis",
    ),
    (
        "below_cost",
        "4.5",
        LINE,
        "15 % off 2 × Green tea at €9.00, 4.5 % below cost",
        "15 % Rabatt auf 2 × Green tea zu 9,00 €, 4,5 % unter Einkaufspreis",
    ),
    (
        "open_price",
        "18",
        PRICED,
        "2 × Green tea at €9.00, a price typed by hand",
        "2 × Green tea zu 9,00 €, Preis von Hand eingegeben",
    ),
    (
        "weight_by_hand",
        "0.35",
        {"product": "P-1", "name": "Cheese", "weight": "0.35"},
        "0.35 kg of Cheese, typed by hand",
        "0,35 kg Cheese, von Hand eingegeben",
    ),
    (
        "void_line",
        "60",
        {**LINE, "removed": "2"},
        "2 × Green tea taken out of the basket, €60.00 by now",
        "2 × Green tea aus dem Korb genommen, bisher 60,00 €",
    ),
    (
        "drop_basket",
        "60",
        BASKET,
        "Basket of €60.00 given up, 3 items: tea, bread, cheese",
        "Korb über 60,00 € verworfen, 3 Positionen: tea, bread, cheese",
    ),
    (
        "refund",
        "62.5",
        BACK,
        "€62.50 back for R1-000001: 5 x Green tea, 1 x Milk, damaged (torn)",
        "62,50 € zurück für R1-000001: 5 x Green tea, 1 x Milk, beschädigt (torn)",
    ),
    (
        "late_refund",
        "1",
        BACK,
        "Refund for R1-000001, 1 day late: 5 x Green tea, 1 x Milk, damaged (torn)",
        "Rückgabe zu R1-000001, 1 Tag zu spät: 5 x Green tea, 1 x Milk, beschädigt (torn)",
    ),
    (
        "refund_without_receipt",
        "12.5",
        {"goods": ["1 x Green tea"], "store_credit": "12.50", "reason": "a gift", "register": "R1"},
        "€12.50 of store credit without a receipt: 1 x Green tea (a gift)",
        "12,50 € Guthaben ohne Beleg: 1 x Green tea (a gift)",
    ),
    (
        "pay_out",
        "60",
        {"shift": 1, "register": "R1", "amount": "60", "reason": "window cleaner"},
        "€60.00 out of the drawer (window cleaner)",
        "60,00 € aus der Kassenlade (window cleaner)",
    ),
    (
        "drop",
        "60",
        {"shift": 1, "register": "R1", "amount": "60", "reason": "bag 17", "drawer_of": "Ana"},
        "€60.00 from the drawer into the safe, in the shift of Ana (bag 17)",
        "60,00 € aus der Kassenlade in den Tresor, in der Schicht von Ana (bag 17)",
    ),
    (
        "cash_out_together",
        "160",
        {"shift": 1, "register": "R1", "amount": "10", "reason": "stamps"},
        "€10.00 out of the drawer; with earlier pay-outs and drops €160.00 (stamps)",
        "10,00 € aus der Kassenlade; mit früheren Auszahlungen und Abschöpfungen 160,00 € (stamps)",
    ),
    (
        "others_drawer",
        "1",
        {"shift": 1, "register": "R1", "counted": "79.99", "reason": "", "drawer_of": "Ana"},
        "Drawer of R1 counted at €79.99, in the shift of Ana",
        "Kassenlade R1 mit 79,99 € gezählt, in der Schicht von Ana",
    ),
    (
        "refunds_together",
        "160",
        BACK,
        "Back for R1-000001: 5 x Green tea, 1 x Milk, damaged; with earlier refunds €160.00 (torn)",
        "Zurück zu R1-000001: 5 x Green tea, 1 x Milk, beschädigt; mit früheren Rückgaben 160,00 € (torn)",
    ),
    (
        "no_sale",
        "4",
        {"shift": 1, "register": "R1", "amount": "0", "reason": "change"},
        "Drawer opened without a sale, 4 times in this shift (change)",
        "Kassenlade ohne Verkauf geöffnet, 4-mal in dieser Schicht (change)",
    ),
    (
        "cash_difference",
        "20.01",
        {"shift": 1, "register": "R1", "counted": "79.99", "reason": ""},
        "Drawer of R1 counted at €79.99, €20.01 off",
        "Kassenlade R1 mit 79,99 € gezählt, 20,01 € Differenz",
    ),
    (
        "points_adjustment",
        "5",
        {"member": "Vera Vogel", "amount": "-5", "reason": "typed twice"},
        "Points of Vera Vogel corrected by -5 (typed twice)",
        "Punkte von Vera Vogel um -5 berichtigt (typed twice)",
    ),
    (
        "vip",
        "1",
        {"member": "Vera Vogel"},
        "VIP given to Vera Vogel or taken, without the PIN",
        "VIP für Vera Vogel vergeben oder entzogen, ohne PIN",
    ),
    (
        "reprint",
        "4",
        {"bill": "R1-000001", "kind": "gift", "copy": 4},
        "R1-000001 printed again: gift receipt, copy 4",
        "R1-000001 noch einmal gedruckt: Geschenkbeleg, Kopie 4",
    ),
    (
        "sell_without_stock",
        "26.5",
        {
            "sale": "k",
            "lines": [
                {"product": "P-1", "name": "Green tea", "oversold": "2", "sold_by": "piece"},
                {"product": "P-2", "name": "Cheese", "oversold": "0.25", "sold_by": "weight"},
            ],
        },
        "2 × Green tea, 0.25 kg of Cheese, though stock says none is left, €26.50",
        "2 × Green tea, 0,25 kg Cheese, obwohl laut Bestand nichts mehr da ist, 26,50 €",
    ),
]


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


@pytest.mark.parametrize(("action", "size", "facts", "english", "german"), READ)
def test_each_action_has_its_sentence(action: str, size: str, facts: Any, english: str, german: str) -> None:
    assert plain(sentences.of(action, D(size), facts)) == english
    with translation.override("de"):
        assert plain(sentences.of(action, D(size), facts)) == german


def test_every_action_has_a_sentence() -> None:
    assert {action for action, *_ in READ} == set(Action.values) == set(sentences.SENTENCES)


def test_difference_of_a_counted_drawer_is_shown_at_the_till_too() -> None:
    told = {"register": "R1", "counted": "79.99"}
    assert "20.01" in sentences.at_till("cash_difference", D("20.01"), told)
    assert "€60.00" in sentences.at_till("pay_out", D(60), {})


def nested(depth: int) -> Any:
    found: Any = []
    for _ in range(depth):
        found = [found]
    return found


HOSTILE: list[Any] = [
    {},
    [],
    None,
    "facts",
    7,
    {"lines": []},
    {"lines": None},
    {"lines": [[]]},
    {"lines": [{}]},
    {"lines": nested(900)},
    {"goods": nested(900), "bill": "b"},
    {"goods": [1, None, {}], "bill": {"a": "b"}},
    {**LINE, "quantity": "NaN"},
    {**LINE, "quantity": "Infinity", "unit_price": "-Infinity"},
    {**LINE, "quantity": "1e999999999", "unit_price": 10**4000},
    {**LINE, "quantity": "1e-999999999", "unit_price": "0." + "0" * 4000 + "1"},
    {**LINE, "quantity": True, "list_price": [], "discount_percent": {}},
    {**LINE, "name": ""},
    {**LINE, "name": "\x00\u202e"},
    {**LINE, "name": "%(size)s {0} %s"},
    {**BASKET, "items": "many", "percent": "1", "amount": "1"},
    {**BASKET, "items": -(10**30), "percent": "1", "amount": "1"},
    {**BACK, "goods": "tea", "reason": ["x"]},
    {"bill": "R1", "kind": "poster", "copy": "x"},
]


@pytest.mark.parametrize("action", Action.values)
@pytest.mark.parametrize("facts", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_facts_give_a_short_printable_sentence(action: str, facts: Any) -> None:
    said = sentences.of(action, D("12.5"), facts)
    assert said
    assert said.isprintable()
    assert len(said) < 400


KEYS = sorted({*LINE, *BASKET, *BACK, "lines", "kind", "percent", "amount", "counted", "oversold", "weight", "removed"})
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60) | st.decimals(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(Action.values), st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=9))
def test_any_facts_give_a_sentence(action: str, facts: Any) -> None:
    assert sentences.of(action, D(3), facts)


def test_long_names_and_reasons_are_cut() -> None:
    said = sentences.of("pay_out", D(60), {"reason": "x" * 10_000})
    assert said.endswith("x…)")
    assert len(said) < 160


@pytest.mark.parametrize("facts", [{}, {"lines": [[[]]]}, {"a": {"b": [1, {"c": "<script>"}]}}])
def test_pages_show_requests_with_hostile_facts(ana: User, may: User, may_web: Client, facts: Any) -> None:
    for action in Action.values:
        approvals.ask(Action(action), asker=ana, facts=facts, size=D(3))
    for page in ("/approvals", "/approvals/report", "/admin/accounts/approval/"):
        answer = may_web.get(page)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_phone_and_report_say_the_sentence(ana: User, may_web: Client) -> None:
    approvals.ask(
        Action.BILL_DISCOUNT, asker=ana, facts={**BASKET, "percent": D(10), "amount": D(0)}, size=D(10), till="R1"
    )
    for page in ("/approvals", "/approvals/report", "/admin/accounts/approval/"):
        shown = may_web.get(page).content.decode()
        assert "10 % off €9.69, 3 items: tea, bread, cheese" in shown
        assert "version" not in shown.partition("<main")[2]


def test_bar_counts_what_this_manager_can_answer(ana: User, may: User, may_web: Client, ana_web: Client) -> None:
    waits = '<span aria-hidden="true">2</span>'
    for size in (60, 70):
        approvals.ask(Action.PAY_OUT, asker=ana, facts={"reason": "x"}, size=D(size))
    approvals.ask(Action.PAY_OUT, asker=may, facts={"reason": "x"}, size=D(80))
    for page in ("/reports", "/members", "/bills", "/shift", "/approvals", "/admin/"):
        assert waits in may_web.get(page, follow=True).content.decode(), page
    assert "approvals-waiting" not in ana_web.get("/members").content.decode()
    approvals.answer(ApprovalRequest.objects.earliest("pk").pk, by=may, granted=False)
    assert waits not in may_web.get("/reports").content.decode()
    assert '<span aria-hidden="true">1</span>' in may_web.get("/reports").content.decode()
    polled = may_web.get("/approvals", headers={"HX-Request": "true"}).content.decode()
    assert 'id="approvals-waiting" hx-swap-oob="true"' in polled
    ida = signed_in(User.objects.create(username="mia", name="Mia", role="manager"))
    assert waits in ida.get("/reports").content.decode()
