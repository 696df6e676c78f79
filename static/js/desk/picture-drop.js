/* A picture dropped on the form, or taken with the camera, is sent at once. */
customElements.define(
  "picture-drop",
  class extends HTMLElement {
    connectedCallback() {
      this.form = this.querySelector("form");
      this.field = this.form.elements.file;
      this.addEventListener("dragover", (event) => this.#mark(event, true));
      this.addEventListener("dragleave", (event) => this.#mark(event, false));
      this.addEventListener("drop", (event) => this.#take(event));
      this.field.addEventListener("change", () => this.field.files.length && this.form.requestSubmit());
    }

    #mark(event, isOver) {
      event.preventDefault();
      this.classList.toggle("picture-drop--over", isOver);
    }

    #take(event) {
      this.#mark(event, false);
      if (!event.dataTransfer.files.length) return;
      this.field.files = event.dataTransfer.files;
      this.form.requestSubmit();
    }
  },
);
