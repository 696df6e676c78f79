/* Offers scans whose own basket was closed before they were added. */
import { codes, forget, kept, move } from "../parts/kept.js";
import { turn } from "../parts/page-turner.js";

customElements.define(
  "kept-scans",
  class extends HTMLElement {
    connectedCallback() {
      this.deeds = kept().filter((deed) => deed.basket !== this.dataset.basket && codes([deed]).length);
      this.querySelector("[data-codes]").textContent = codes(this.deeds).join(", ");
      this.hidden = !this.deeds.length;
      this.querySelector("[data-add]").addEventListener("click", () => this.#addHere());
      this.querySelector("[data-forget]").addEventListener("click", () => this.#forget());
    }

    #addHere() {
      move(this.deeds, this.dataset.basket);
      turn(location.href);
    }

    #forget() {
      for (const { name } of this.deeds) forget(name);
      this.hidden = true;
    }
  },
);
