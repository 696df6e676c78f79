/* On a touch screen, large keys for whatever field takes a figure; the field keeps the focus and stays in sight. */
import { Part } from "./part.js";

customElements.define(
  "number-pad",
  class extends Part {
    #field = null;
    #fresh = true;

    connectedCallback() {
      if (!matchMedia("(pointer: coarse)").matches) return;
      this.hear(document, "focusin", (event) => this.#follow(event.target));
      this.hear(document, "focusout", (event) => this.#tell(event.target));
      this.hear(this, "pointerdown", (event) => event.preventDefault());
      this.hear(this, "click", (event) => this.#press(event.target.closest("button")?.value));
      this.#follow(document.activeElement);
    }

    #follow(field) {
      if (this.contains(field)) return;
      this.hidden = !(field.matches("input[inputmode=decimal], input[inputmode=numeric], input[data-figures]") && this.#isNearest(field));
      if (this.hidden) return;
      field.dataset.figures = "";
      field.inputMode = "none";
      this.#field = field;
      this.#fresh = true;
      const { left, right } = field.getBoundingClientRect();
      this.dataset.side = (left + right < innerWidth) === (getComputedStyle(this).direction === "ltr") ? "end" : "start";
      if (field.getBoundingClientRect().bottom > this.getBoundingClientRect().top) field.scrollIntoView({ block: "center" });
    }

    /* A dialog has a pad of its own. */
    #isNearest(field) {
      const pads = [...document.querySelectorAll("number-pad")].filter((pad) => pad.parentElement.contains(field));
      return pads.every((pad) => pad.parentElement.contains(this.parentElement)) && pads.includes(this);
    }

    #press(key) {
      const field = this.#field;
      if (!key || !field?.isConnected) return;
      if (key === "Enter") return this.#finish(field);
      if (key === "Backspace") field.value = this.#fresh ? "" : field.value.slice(0, -1);
      else if (field.maxLength < 0 || field.value.length < field.maxLength || this.#fresh) field.value = (this.#fresh ? "" : field.value) + key;
      this.#fresh = false;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    /* The browser says "change" only for what a keyboard typed. */
    #tell(field) {
      if (field !== this.#field || this.#fresh) return;
      this.#fresh = true;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }

    #finish(field) {
      this.hidden = true;
      this.#fresh = true;
      field.blur();
      field.form?.requestSubmit();
    }
  },
);
