/* Signs with a passkey, or makes one, and sends the form around it with what the passkey said. Hidden where the browser
   has none, and without script: a code does as well. */
import { Part } from "./part.js";

customElements.define(
  "pass-key",
  class extends Part {
    connectedCallback() {
      const button = this.querySelector("button");
      if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
      button.hidden = false;
      this.hear(button, "click", () => this.#sign(button));
    }

    async #sign(button) {
      button.disabled = true;
      try {
        const said = await this.#answer(JSON.parse(this.dataset.options));
        this.querySelector("input").value = JSON.stringify(said.toJSON());
        this.closest("form").requestSubmit();
      } catch {
        button.disabled = false;
        this.querySelector("p").hidden = false;
      }
    }

    #answer(options) {
      if (this.hasAttribute("data-makes")) {
        const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
        return navigator.credentials.create({ publicKey });
      }
      return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    }
  },
);
