/* Opens over the basket when a line's sheet has come, and closes when something was done on it; what was refused comes
   back as it was typed, with the reason, unless a manager is asked instead. */
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
