/* Keeps the field ready for the next scan, and shows what a word finds while it is typed. */
import { Part } from "./part.js";

customElements.define(
  "scan-box",
  class extends Part {
    connectedCallback() {
      this.field = this.querySelector("form").elements.code;
      this.results = this.querySelector("#results");
      this.addEventListener("basket:taken", () => this.#startOver());
      this.field.addEventListener("input", () => this.#searchSoon());
      this.hear(document, "keydown", (event) => this.#catchStray(event));
      this.hear(document, "scan", (event) => this.#scan(event));
      this.addEventListener("keydown", (event) => this.#choose(event));
      this.hear(document, "htmx:afterSettle", () => {
        if (document.activeElement === document.body) this.field.focus();
      });
    }

    #startOver() {
      clearTimeout(this.pause);
      this.field.value = "";
      this.results.replaceChildren();
      this.field.focus();
    }

    /* A scanner has sent Enter long before the pause is over; numbers are codes, not words. */
    #searchSoon() {
      clearTimeout(this.pause);
      const words = this.field.value.trim();
      if (words.length < 2 || /^\d+$/.test(words)) return this.results.replaceChildren();
      this.pause = setTimeout(() => this.#search(words), 25);
    }

    async #search(words) {
      const answer = await fetch(`${this.dataset.search}?q=${encodeURIComponent(words)}`, { headers: { "HX-Request": "true" } }).catch(() => null);
      if (!answer?.ok || answer.redirected || this.field.value.trim() !== words) return;
      htmx.swap(this.results, await answer.text(), { swapStyle: "innerHTML" });
    }

    #scan(event) {
      const form = this.field.form;
      event.preventDefault();
      this.field.value = event.detail.code;
      form.requestSubmit();
    }

    #choose(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const choices = [this.field, ...this.results.querySelectorAll(".results__choice")];
      const here = choices.indexOf(document.activeElement);
      if (!step || here < 0 || choices.length < 2) return;
      event.preventDefault();
      choices[(here + step + choices.length) % choices.length].focus();
    }

    /* A scanner types wherever the focus is: what no field takes belongs here. */
    #catchStray(event) {
      const typed = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
      const taken = event.defaultPrevented || event.target.closest("input:not([type=radio]), select, textarea, [popover]");
      if (typed && !taken) this.field.focus();
    }
  },
);
