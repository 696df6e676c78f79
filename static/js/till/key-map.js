/* Keyboard control of the till: data-key names an element's key, data-then what to focus afterwards. */
import { Part } from "../parts/part.js";

customElements.define(
  "key-map",
  class extends Part {
    connectedCallback() {
      this.hear(document, "keydown", (event) => this.#press(event), { capture: true });
    }

    #press(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector(":popover-open")) return;
      const writing = event.target.closest("input:not([type=radio]), select, textarea");
      const edits = event.key.length === 1 || event.key === "Delete";
      if (edits && writing && (writing.value || !["?", "Delete"].includes(event.key))) return;
      const wanted = document.querySelector(`[data-key~="${CSS.escape(event.key)}"]`);
      if (!wanted) return;
      event.preventDefault();
      if (wanted.matches("button, a, summary, [type=radio]")) wanted.click();
      const opened = document.querySelector(":popover-open");
      const next = wanted.dataset.then ? document.querySelector(wanted.dataset.then) : opened ? null : wanted;
      next?.focus();
      if (next?.matches("input:not([type=radio])")) next.select();
    }
  },
);
