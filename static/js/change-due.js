/* Shows the change while the cashier types, and fills what is still due into one tender at a press of its button. The
   server works out the change that counts. */
const OTHERS = ["card", "other", "gift_card", "store_credit"];

customElements.define(
  "change-due",
  class extends HTMLElement {
    connectedCallback() {
      this.output = this.querySelector("output");
      this.money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: this.dataset.currency });
      this.digits = this.money.resolvedOptions().maximumFractionDigits;
      this.unit = 10 ** this.digits;
      this.addEventListener("input", () => this.#show());
      this.addEventListener("click", (event) => this.#fill(event.target.closest("[data-rest]")));
      for (const button of this.querySelectorAll("[data-rest]")) button.hidden = false;
      this.#show();
    }

    #units(written) {
      return Math.round(Number(written.replace(",", ".") || 0) * this.unit);
    }

    #sum(kinds, besides = null) {
      return [...this.querySelectorAll('[name="amount"]')]
        .filter((field) => kinds.includes(field.dataset.kind) && field !== besides)
        .reduce((sum, field) => sum + this.#units(field.value), 0);
    }

    /* What is paid in coins is rounded to coins. */
    #inCash(units) {
      const step = this.#units(this.dataset.cashStep);
      return Math.round(units / step) * step;
    }

    #show() {
      const cash = this.#sum(["cash"]);
      const due = this.#units(this.dataset.due) - this.#sum(OTHERS);
      const rest = cash - (cash ? this.#inCash(due) : due);
      const enough = rest >= 0;
      this.output.dataset.state = Number.isNaN(rest) ? "unknown" : enough ? "enough" : "short";
      const [label, amount] = this.output.children;
      label.textContent = enough ? this.dataset.change : this.dataset.stillDue;
      amount.textContent = Number.isNaN(rest) ? "–" : this.money.format(Math.abs(rest) / this.unit);
    }

    #fill(button) {
      if (!button) return;
      const field = document.getElementById(button.dataset.rest);
      const rest = this.#units(this.dataset.due) - this.#sum(["cash", ...OTHERS], field);
      const units = field.dataset.kind === "cash" ? this.#inCash(rest) : rest;
      field.value = units > 0 ? (units / this.unit).toFixed(this.digits).replace(".", this.dataset.sign) : "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
      const code = field.nextElementSibling;
      (units > 0 && code.dataset.code !== undefined && !code.value ? code : field.form.querySelector("button:not([type=button])")).focus();
    }
  },
);
