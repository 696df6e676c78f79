/* On pages that sell nothing: stores scans for the next sale, and opens the till when the scanner pauses. */
import { keepForNext, keptForNext } from "../parts/kept.js";
import { turn } from "../parts/page-turner.js";
import { Part } from "../parts/part.js";

const REST = 200;

customElements.define(
  "next-sale",
  class extends Part {
    connectedCallback() {
      this.hear(document, "scan", (event) => this.#keep(event));
      this.hear(document, "keydown", () => this.clock && this.#goSoon());
      this.hear(document, "page:turned", () => keptForNext().length && this.#goSoon());
    }

    disconnectedCallback() {
      super.disconnectedCallback();
      clearTimeout(this.clock);
    }

    #keep(event) {
      event.preventDefault();
      keepForNext(event.detail.code);
      this.#goSoon();
    }

    #goSoon() {
      clearTimeout(this.clock);
      this.clock = setTimeout(() => turn(this.dataset.till), REST);
    }
  },
);
