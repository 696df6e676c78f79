/* Buttons for one more and one less, between zero and the quantity available. Fires "change" as if it was typed. */
customElements.define(
  "quantity-stepper",
  class extends HTMLElement {
    connectedCallback() {
      this.field = this.querySelector("input");
      for (const button of this.querySelectorAll("[data-step]")) {
        button.hidden = false;
        button.addEventListener("click", () => this.#step(Number(button.dataset.step)));
      }
    }

    #step(by) {
      const there = Number(this.field.value.replace(",", ".")) || 0;
      const wanted = Math.min(Number(this.dataset.most), Math.max(0, there + by));
      if (wanted === there) return;
      this.field.value = String(wanted);
      this.field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  },
);
