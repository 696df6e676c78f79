/* What is scanned where nothing is sold begins the next sale: it is kept, and when the scanner rests the till adds it. */
import { NEXT, keep, newName } from "./kept.js";

const REST = 200;

customElements.define(
  "next-sale",
  class extends HTMLElement {
    connectedCallback() {
      document.addEventListener("scan", (event) => this.#keep(event));
      document.addEventListener("keydown", () => this.clock && this.#goSoon());
    }

    #keep(event) {
      event.preventDefault();
      keep(NEXT, "/till/0/scan", [
        ["code", event.detail.code],
        ["once", newName()],
      ]);
      this.#goSoon();
    }

    #goSoon() {
      clearTimeout(this.clock);
      this.clock = setTimeout(() => location.assign(this.dataset.till), REST);
    }
  },
);
