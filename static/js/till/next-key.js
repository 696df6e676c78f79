/* Decides where the next key goes. After a form beside the scan box is sent, the scan box gets the focus. A question of
   the basket (a weight, which of several members) gets it once, when cashier and scanner pause. */
import { Part } from "../parts/part.js";
import { walk } from "../parts/walk.js";

const WEIGHT = /^\d{1,3}$|^\d{0,3}[.,]\d{0,3}$/;

customElements.define(
  "next-key",
  class extends Part {
    #asked = new Set();
    #lastKey = -Infinity;
    #clock = 0;

    connectedCallback() {
      this.till = this.parentElement;
      this.box = document.getElementById("code");
      this.hear(document, "keydown", (event) => this.#hear(event), { capture: true });
      this.hear(document, "keyup", () => (this.entered = null), { capture: true });
      this.till.addEventListener("basket:taken", (event) => this.#giveBack(event.target));
      this.till.addEventListener("change", (event) => this.#send(event.target));
      this.hear(document, "htmx:afterSettle", () => this.#askSoon());
      queueMicrotask(() => this.#askSoon());
    }

    #hear(event) {
      this.#lastKey = performance.now();
      this.entered = event.key === "Enter" ? event.target : null;
      const list = this.till.querySelector("[data-choices]");
      if (list && event.key === "Escape") list.remove();
      else if (list) walk(event, [...list.querySelectorAll("button")]);
    }

    #giveBack(form) {
      form.closest(":popover-open")?.hidePopover();
      if (form.closest("scan-box") || (form.isConnected && document.activeElement.matches("button"))) return;
      this.box.focus();
    }

    /* Submits a quantity when its field is left, except after Enter, which submits by itself. */
    #send(field) {
      if (field !== this.entered && field.matches(".basket__quantity [name=quantity]") && field.value) field.form.requestSubmit();
    }

    #askSoon() {
      clearTimeout(this.#clock);
      const asks = this.till.querySelector("[data-asks]");
      const field = asks?.querySelector("[name=quantity]") ?? asks;
      const isRefused = field?.value && this.till.querySelector("#basket .notice--refused");
      if (!field || (this.#asked.has(asks.dataset.asks) && !isRefused)) return;
      const rest = this.#lastKey + Number(this.dataset.pause) - performance.now();
      if (rest > 0) this.#clock = setTimeout(() => this.#askSoon(), rest);
      else this.#ask(asks.dataset.asks, field);
    }

    /* Does not interrupt typing in another field. A weight begun in the scan box is moved along. */
    #ask(name, field) {
      const here = document.activeElement;
      const begun = here === this.box ? this.box.value : "";
      const isBusy = here.matches("input:not([type=radio]), select, textarea") && here !== this.box;
      const goesAlong = field.matches("input") && WEIGHT.test(begun);
      if (isBusy || document.querySelector(":popover-open") || (begun && !goesAlong)) return;
      this.#asked.add(name);
      field.focus();
      if (!begun) return;
      this.box.value = "";
      field.value = begun;
    }
  },
);
