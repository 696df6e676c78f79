/* Keeps a list where it was scrolled to when the basket is drawn again; a new line is shown, at the top. */
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
