/* Copies the text of a field. Works only with script and where the browser lets it, so the button is hidden without. */
import { Part } from "./part.js";

customElements.define(
  "copy-button",
  class extends Part {
    connectedCallback() {
      const button = this.querySelector("button");
      const field = document.getElementById(this.getAttribute("for"));
      field.select();
      if (!navigator.clipboard) return;
      button.hidden = false;
      this.hear(button, "click", async () => {
        await navigator.clipboard.writeText(field.value);
        button.textContent = button.dataset.done;
      });
    }
  },
);
