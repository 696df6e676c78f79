/* Shows the change while the cashier types; the server works out the change that counts. */
customElements.define(
  "change-due",
  class extends HTMLElement {
    connectedCallback() {
      this.output = this.querySelector("output");
      this.money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: this.dataset.currency });
      this.unit = 10 ** this.money.resolvedOptions().maximumFractionDigits;
      this.addEventListener("input", () => this.#show());
      this.#show();
    }

    #units(written) {
      return Math.round(Number(written.replace(",", ".") || 0) * this.unit);
    }

    #sum(kinds) {
      return [...this.querySelectorAll('[name="amount"]')]
        .filter((field) => kinds.includes(field.dataset.kind))
        .reduce((sum, field) => sum + this.#units(field.value), 0);
    }

    #show() {
      const cash = this.#sum(["cash"]);
      const rest = cash - this.#units(cash ? this.dataset.dueInCash : this.dataset.due) + this.#sum(["card", "other", "gift_card", "store_credit"]);
      const enough = rest >= 0;
      this.output.dataset.state = Number.isNaN(rest) ? "unknown" : enough ? "enough" : "short";
      const [label, amount] = this.output.children;
      label.textContent = enough ? this.dataset.change : this.dataset.stillDue;
      amount.textContent = Number.isNaN(rest) ? "–" : this.money.format(Math.abs(rest) / this.unit);
    }
  },
);
