/* Keeps a list where it was scrolled to when the basket is drawn again; a new line is shown, at the top. */
customElements.define(
  "keep-place",
  class extends HTMLElement {
    connectedCallback() {
      let length, place;
      const list = () => document.querySelector(this.dataset.list);
      document.addEventListener("htmx:beforeSwap", () => {
        length = list()?.childElementCount ?? 0;
        place = list()?.scrollTop ?? 0;
      });
      document.addEventListener("htmx:afterSwap", () => {
        if (list() && list().childElementCount <= length) list().scrollTop = place;
      });
    }
  },
);
