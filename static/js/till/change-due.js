/* Shows the change while the cashier types, fills in the rest at a press, and keeps typed values when the basket is
   redrawn. The change that is booked is worked out by the server. */
import { read } from "../parts/amounts.js";
import { Part } from "../parts/part.js";

const STORED = ["gift_card", "store_credit"];
const kept = new Map();

customElements.define(
  "change-due",
  class extends Part {
    connectedCallback() {
      this.output = this.querySelector("output");
      this.money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: this.dataset.currency });
      this.unit = 10 ** this.money.resolvedOptions().maximumFractionDigits;
      this.#takeUp();
      this.hear(this, "input", () => this.#show());
      for (const button of this.querySelectorAll("[data-rest]")) {
        button.hidden = false;
        this.hear(button, "click", () => this.#fill(button.parentElement.querySelector("[name=amount]")));
      }
      this.#show();
    }

    /* Restores typed values, except into a form that already has some. */
    #takeUp() {
      const typed = kept.get(this.dataset.basket);
      const fields = this.querySelectorAll("[type=text], [name=amount]");
      if (!this.dataset.basket || !typed || [...fields].some(({ value }) => value)) return;
      fields.forEach((field, at) => (field.value = typed[at] ?? ""));
      const choice = this.closest(".payment").querySelector("[name=tender][value=split]");
      if (typed.some(Boolean)) choice.checked = true;
    }

    #units(written) {
      return Math.round((written.trim() ? read(written, Math.log10(this.unit)) : 0) * this.unit);
    }

    #fields(kinds) {
      return [...this.querySelectorAll('[name="amount"]')].filter((field) => kinds.includes(field.dataset.kind));
    }

    #sum(fields) {
      return fields.reduce((sum, field) => sum + this.#units(field.value), 0);
    }

    #fill(field) {
      const others = [...this.querySelectorAll('[name="amount"]')].filter((other) => other !== field);
      const step = field.dataset.kind === "cash" ? Math.max(1, this.#units(this.dataset.step)) : 1;
      const rest = Math.max(0, Math.round((this.#units(this.dataset.due) - this.#sum(others)) / step) * step);
      field.value = rest ? this.#written(rest / this.unit) : "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
      const code = field.parentElement.querySelector("[name=reference][type=text]");
      (rest && STORED.includes(field.dataset.kind) && !code.value ? code : this.closest("form").querySelector(".button--pay")).focus();
    }

    #written(amount) {
      const digits = Math.log10(this.unit);
      return new Intl.NumberFormat(document.documentElement.lang, { useGrouping: false, minimumFractionDigits: digits, maximumFractionDigits: digits }).format(amount);
    }

    #show() {
      if (this.dataset.basket) kept.set(this.dataset.basket, [...this.querySelectorAll("[type=text], [name=amount]")].map(({ value }) => value));
      const cash = this.#sum(this.#fields(["cash"]));
      const rest = cash - this.#units(cash ? this.dataset.dueInCash : this.dataset.due) + this.#sum(this.#fields(["card", "other", ...STORED]));
      const enough = rest >= 0;
      this.output.dataset.state = Number.isNaN(rest) ? "unknown" : enough ? "enough" : "short";
      const [label, amount] = this.output.children;
      label.textContent = enough ? this.dataset.change : this.dataset.stillDue;
      amount.textContent = Number.isNaN(rest) ? "–" : this.money.format(Math.abs(rest) / this.unit);
    }
  },
);
