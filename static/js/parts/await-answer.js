/* Checks every two seconds whether a manager has answered, then submits the form again. */
customElements.define(
  "await-answer",
  class extends HTMLElement {
    connectedCallback() {
      this.clock = setInterval(() => this.#look(), 2000);
    }

    disconnectedCallback() {
      clearInterval(this.clock);
    }

    async #look() {
      const answer = await fetch(this.dataset.ask).catch(() => null);
      if (!answer?.ok || answer.redirected || !(await answer.json()).answered || !this.isConnected) return;
      clearInterval(this.clock);
      this.closest("form").requestSubmit(this.parentElement.querySelector("button[formnovalidate]"));
    }
  },
);
