/* Shows each scan: the keys with the time between them, the code, and the product the till finds. */
import { Part } from "../parts/part.js";

customElements.define(
  "scanner-test",
  class extends Part {
    connectedCallback() {
      this.hear(document, "scan", (event) => {
        event.preventDefault();
        this.#show(event.detail);
      });
    }

    async #show({ code, keys }) {
      const list = this.querySelector("[data-keys]");
      list.replaceChildren(
        ...keys.map(({ key, gap }) => {
          const item = document.createElement("li");
          item.textContent = `${key === " " ? "Space" : key} ${Math.round(gap)} ms`;
          return item;
        }),
      );
      this.querySelector("[data-slowest]").textContent = `${Math.round(Math.max(...keys.map(({ gap }) => gap)))} ms`;
      const answer = await fetch(`${this.dataset.read}?code=${encodeURIComponent(code)}`);
      if (answer.ok && !answer.redirected) htmx.swap(this.querySelector("[data-read]"), await answer.text(), { swapStyle: "innerHTML" });
    }
  },
);
