/* Opens over the basket when a line's sheet has come, and closes when something was done on it. */
customElements.define(
  "line-sheet",
  class extends HTMLElement {
    connectedCallback() {
      this.addEventListener("htmx:afterSwap", () => this.showPopover());
      this.addEventListener("basket:taken", () => this.hidePopover());
      this.addEventListener("click", (event) => {
        if (!event.target.closest("[data-close]")) return;
        event.preventDefault();
        this.hidePopover();
      });
    }
  },
);
