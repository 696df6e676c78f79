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
    }

    #cut() {
      const sheet = document.querySelector(".print-80mm > .slip__sheet");
      const length = Math.ceil((sheet.scrollHeight * 25.4) / 96) + 4;
      this.paper.replaceSync(`@page slip { size: 80mm ${length}mm; }`);
    }
  },
);
