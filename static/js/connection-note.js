/* Says aloud when an answer did not come; the next answer that comes takes the note away. */
customElements.define(
  "connection-note",
  class extends HTMLElement {
    connectedCallback() {
      for (const name of ["htmx:sendError", "htmx:timeout"]) {
        document.addEventListener(name, () => this.#say("The till cannot reach the server. The basket is kept: look at it before you repeat the last step."));
      }
      document.addEventListener("htmx:responseError", (event) => {
        const signedOut = [401, 403].includes(event.detail.xhr.status);
        this.#say(signedOut ? "You are signed out. Reload the page and sign in: the basket is kept." : "The server could not do that. Reload the page: the basket is kept.");
      });
      document.addEventListener("htmx:afterSwap", () => (this.hidden = true));
    }

    #say(sentence) {
      this.querySelector("[data-sentence]").textContent = sentence;
      this.hidden = false;
    }
  },
);
