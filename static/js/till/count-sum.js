/* Adds up the drawer during the count: value times number of each coin and note. */
customElements.define(
  "count-sum",
  class extends HTMLElement {
    connectedCallback() {
      this.hidden = false;
      this.money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: this.dataset.currency });
      this.form = this.closest("form");
      this.form.addEventListener("input", () => this.#show());
      this.#show();
    }

    #show() {
      const fields = [...this.form.querySelectorAll("[data-value]")];
      const thousandths = fields.reduce((sum, field) => sum + Math.round(field.dataset.value * 1000) * (Number(field.value) || 0), 0);
      this.querySelector("output").textContent = this.money.format(thousandths / 1000);
    }
  },
);
