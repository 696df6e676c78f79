/* Prints the slip on paper as long as the slip; a button only script can serve, so it shows only with script. */
customElements.define(
  "print-button",
  class extends HTMLElement {
    connectedCallback() {
      const button = this.querySelector("button");
      button.hidden = false;
      button.addEventListener("click", () => window.print());
      this.paper = new CSSStyleSheet();
      document.adoptedStyleSheets.push(this.paper);
      window.addEventListener("beforeprint", () => this.#cut());
      this.#cut();
      if (this.hasAttribute("at-once")) window.addEventListener("load", () => window.print(), { once: true });
    }

    #cut() {
      const roll = document.querySelector(".print-roll");
      if (!roll) return;
      const length = Math.ceil((roll.firstElementChild.scrollHeight * 25.4) / 96) + 4;
      this.paper.replaceSync(`@page slip { size: ${roll.dataset.width}mm ${length}mm; }`);
    }
  },
);
