/* Polls every second what the customer display shows; if nothing changed, the answer is a 304 without a body. */
customElements.define(
  "customer-display",
  class extends HTMLElement {
    connectedCallback() {
      this.tag = this.dataset.etag;
      this.addEventListener("submit", (event) => this.#answer(event));
      this.addEventListener("click", (event) => this.#press(event.target.closest("[data-figure]")));
      this.#ask();
    }

    async #ask() {
      try {
        const answer = await fetch(this.dataset.now, { headers: { "If-None-Match": this.tag }, cache: "no-store" });
        if (answer.status === 200) this.#show(await answer.text(), answer.headers.get("ETag"));
        if (answer.status === 404) return location.reload();
      } catch {
        /* server out of reach: polled again in a second */
      }
      setTimeout(() => this.#ask(), 1000);
    }

    #show(html, tag) {
      this.tag = tag ?? "";
      const page = new DOMParser().parseFromString(html, "text/html");
      this.replaceChildren(...page.body.childNodes);
    }

    async #answer(event) {
      event.preventDefault();
      const answer = await fetch(event.target.action, { method: "POST", body: new FormData(event.target, event.submitter) });
      this.#show(await answer.text(), answer.ok ? "" : this.tag);
    }

    #press(key) {
      if (!key) return;
      const pin = this.querySelector("[name=pin]");
      pin.value = key.dataset.figure === "back" ? pin.value.slice(0, -1) : (pin.value + key.dataset.figure).slice(0, 6);
    }
  },
);
