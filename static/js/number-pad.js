/* On a touch screen, large keys for whatever field takes a figure; the field keeps the focus. */
customElements.define(
  "number-pad",
  class extends HTMLElement {
    connectedCallback() {
      if (!matchMedia("(pointer: coarse)").matches) return;
      document.addEventListener("focusin", (event) => this.#follow(event.target));
      this.addEventListener("pointerdown", (event) => event.preventDefault());
      this.addEventListener("click", (event) => this.#press(event.target.closest("button")?.value));
    }

    #follow(field) {
      if (this.contains(field)) return;
      this.hidden = !field.matches("input[inputmode=decimal], input[inputmode=numeric], input[data-figures]");
      if (this.hidden) return;
      field.dataset.figures = "";
      field.inputMode = "none";
      this.field = field;
      this.fresh = true;
    }

    #press(key) {
      const field = this.field;
      if (!key || !field?.isConnected) return;
      if (key === "Enter") return this.#finish(field);
      if (key === "Backspace") field.value = this.fresh ? "" : field.value.slice(0, -1);
      else if (field.maxLength < 0 || field.value.length < field.maxLength || this.fresh) field.value = (this.fresh ? "" : field.value) + key;
      this.fresh = false;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    #finish(field) {
      this.hidden = true;
      field.form?.requestSubmit();
    }
  },
);
