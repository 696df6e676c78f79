/* Keeps a list's scroll position when the basket is redrawn, except if a line was added. */
import { Part } from "../parts/part.js";

customElements.define(
  "keep-place",
  class extends Part {
    connectedCallback() {
      let length, place;
      const list = () => document.querySelector(this.dataset.list);
      this.hear(document, "htmx:beforeSwap", () => {
        length = list()?.childElementCount ?? 0;
        place = list()?.scrollTop ?? 0;
      });
      this.hear(document, "htmx:afterSwap", () => {
        if (list() && list().childElementCount <= length) list().scrollTop = place;
      });
    }
  },
);
