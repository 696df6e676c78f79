/* Opens when a line's sheet is loaded, and closes when it is submitted. If refused, it opens again with the typed
   values and the reason, except if a manager's approval is requested. */
customElements.define(
  "line-sheet",
  class extends HTMLElement {
    connectedCallback() {
      this.addEventListener("htmx:afterSwap", () => this.showPopover());
      this.addEventListener("basket:taken", () => this.hidePopover());
      this.addEventListener("basket:refused", () => this.#comeBack());
      this.addEventListener("click", (event) => {
        if (!event.target.closest("[data-close]")) return;
        event.preventDefault();
        this.hidePopover();
      });
    }

    #comeBack() {
      const basket = document.getElementById("basket");
      if (basket.querySelector(".approval")) return;
      this.querySelector("[role=alert]").textContent = basket.querySelector(".notice--refused .notice__title")?.textContent ?? "";
      this.showPopover();
    }
  },
);
