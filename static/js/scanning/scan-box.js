/* Keeps the scan box focused for the next scan, and lists products while a word is typed. */
import { Part } from "../parts/part.js";
import { walk } from "../parts/walk.js";

customElements.define(
  "scan-box",
  class extends Part {
    connectedCallback() {
      this.field = this.querySelector("form").elements.code;
      this.results = this.querySelector("#results");
      this.addEventListener("basket:taken", () => this.#startOver());
      this.field.addEventListener("input", () => this.#searchSoon());
      this.hear(document, "keydown", (event) => this.#catchStray(event));
      this.hear(document, "keydown", (event) => event.key === "Escape" && this.#closeResults());
      this.hear(document, "scan", (event) => this.#scan(event));
      this.addEventListener("keydown", (event) => this.#choose(event));
      this.hear(document, "htmx:afterSettle", () => {
        if (document.activeElement === document.body) this.field.focus();
      });
    }

    #startOver() {
      this.field.value = "";
      this.#closeResults();
      this.field.focus();
    }

    #closeResults() {
      clearTimeout(this.pause);
      this.sought = "";
      this.results.replaceChildren();
    }

    /* A scanner sends Enter well before the pause ends. Digits are a code, so they are not searched. */
    #searchSoon() {
      clearTimeout(this.pause);
      const words = this.field.value.trim();
      if (words.length < 2 || /^\d+$/.test(words)) return this.#closeResults();
      this.pause = setTimeout(() => this.#search(words), 25);
    }

    async #search(words) {
      this.sought = words;
      const asked = new URL(this.dataset.search, location.href);
      asked.searchParams.set("q", words);
      const answer = await fetch(asked, { headers: { "HX-Request": "true" } }).catch(() => null);
      if (!answer?.ok || answer.redirected || this.sought !== words || this.field.value.trim() !== words) return;
      htmx.swap(this.results, await answer.text(), { swapStyle: "innerHTML" });
    }

    #scan(event) {
      const form = this.field.form;
      event.preventDefault();
      this.field.value = event.detail.code;
      form.requestSubmit();
    }

    #choose(event) {
      walk(event, [this.field, ...this.results.querySelectorAll(".results__choice")]);
    }

    /* A scanner types wherever the focus is; keys outside of fields go to the scan box. */
    #catchStray(event) {
      const typed = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
      const taken = event.defaultPrevented || event.target.closest("input:not([type=radio]), select, textarea, [popover]");
      if (typed && !taken) this.field.focus();
    }
  },
);
