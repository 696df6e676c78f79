/* Sends scans one after the other, so that a fast scanner loses none, and keeps the field ready for the next. */
customElements.define(
  "scan-box",
  class extends HTMLElement {
    #waiting = [];
    #busy = false;

    connectedCallback() {
      this.form = this.querySelector("form");
      this.field = this.form.elements.code;
      this.results = this.querySelector("#results");
      this.form.addEventListener("submit", (event) => this.#take(event));
      this.results.addEventListener("submit", () => this.#startOver());
      this.field.addEventListener("input", () => this.#searchSoon());
      document.addEventListener("keydown", (event) => this.#catchStray(event));
      document.addEventListener("htmx:afterSettle", () => {
        if (document.activeElement === document.body) this.field.focus();
      });
    }

    #take(event) {
      if (!window.htmx) return;
      event.preventDefault();
      const code = this.field.value.trim();
      if (!code) return;
      this.#waiting.push(code);
      this.#startOver();
      this.results.replaceChildren();
      this.#send();
    }

    #startOver() {
      clearTimeout(this.pause);
      this.field.value = "";
      this.field.focus();
    }

    /* A scanner has sent Enter long before the pause is over; numbers are codes, not words. */
    #searchSoon() {
      clearTimeout(this.pause);
      const words = this.field.value.trim();
      if (words.length < 2 || /^\d+$/.test(words)) return this.results.replaceChildren();
      this.pause = setTimeout(() => this.#search(words), 200);
    }

    async #search(words) {
      const answer = await fetch(`${this.dataset.search}?q=${encodeURIComponent(words)}`, { headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected || this.field.value.trim() !== words) return;
      htmx.swap(this.results, await answer.text(), { swapStyle: "innerHTML" });
    }

    async #send() {
      if (this.#busy) return;
      this.#busy = true;
      while (this.#waiting.length) {
        const values = { ...Object.fromEntries(new FormData(this.form)), code: this.#waiting.shift() };
        const basket = document.getElementById("basket");
        await htmx.ajax("POST", this.form.action, { source: this, target: basket, swap: "outerHTML", values }).catch(() => {});
      }
      this.#busy = false;
    }

    /* A scanner types wherever the focus is: what no field takes belongs here. */
    #catchStray(event) {
      const typed = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
      const taken = event.defaultPrevented || event.target.closest("input:not([type=radio]), select, textarea, [popover]");
      if (typed && !taken) this.field.focus();
    }
  },
);
