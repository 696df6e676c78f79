/* Sends what is done to the basket one after the other: a scan or a key pressed while an answer is on its way waits its turn. */
customElements.define(
  "basket-queue",
  class extends HTMLElement {
    #waiting = [];
    #busy = false;

    connectedCallback() {
      this.parentElement.addEventListener("htmx:confirm", (event) => this.#take(event));
    }

    #take(event) {
      const { elt: form, path, triggeringEvent } = event.detail;
      if (!form.matches("form")) return;
      event.preventDefault();
      const values = new FormData(form, triggeringEvent?.submitter);
      this.#waiting.push({ path, values });
      form.dispatchEvent(new Event("basket:taken", { bubbles: true }));
      this.#send();
    }

    async #send() {
      if (this.#busy) return;
      this.#busy = true;
      while (this.#waiting.length) {
        const { path, values } = this.#waiting.shift();
        const basket = document.getElementById("basket");
        if (values.has("version")) values.set("version", basket.querySelector("[name=version]").value);
        await htmx.ajax("POST", path, { source: this, target: basket, swap: "outerHTML", values }).catch(() => {});
      }
      this.#busy = false;
    }
  },
);
