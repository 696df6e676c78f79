/* Prints the receipt on paper as long as the receipt. Works only with script, so the button is hidden without. */
import { Part } from "./part.js";

customElements.define(
  "print-button",
  class extends Part {
    connectedCallback() {
      const button = this.querySelector("button");
      button.hidden = false;
      button.addEventListener("click", () => window.print());
      this.paper = new CSSStyleSheet();
      document.adoptedStyleSheets.push(this.paper);
      this.hear(window, "beforeprint", () => this.#cut());
      this.#cut();
      if (!this.hasAttribute("at-once")) return;
      if (document.readyState === "complete") this.hear(document, "page:turned", () => window.print());
      else this.hear(window, "load", () => window.print());
    }

    disconnectedCallback() {
      super.disconnectedCallback();
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.paper);
    }

    #cut() {
      const roll = document.querySelector(".print-roll");
      if (!roll) return;
      const length = Math.ceil((roll.firstElementChild.scrollHeight * 25.4) / 96) + 4;
      this.paper.replaceSync(`@page slip { size: ${roll.dataset.width}mm ${length}mm; }`);
    }
  },
);
