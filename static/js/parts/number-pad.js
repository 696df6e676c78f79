/* Large number keys on touch screens, for any field that takes a number. Keeps the field and its form in view. */
import { Part } from "./part.js";

const MARGIN = 8;
const FIGURES = "input[inputmode=decimal], input[inputmode=numeric], input[data-figures]";
const box = (part) => part.getBoundingClientRect();
const isAfter = (one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;

customElements.define(
  "number-pad",
  class extends Part {
    #field = null;
    #fresh = true;
    #pressed = false;

    connectedCallback() {
      if (!matchMedia("(pointer: coarse)").matches) return;
      this.hear(document, "focusin", (event) => this.#follow(event.target));
      this.hear(document, "focusout", (event) => this.#tell(event.target));
      for (const name of ["pointerdown", "pointerup", "pointercancel"]) this.hear(document, name, (event) => this.#feel(event), { capture: true });
      this.hear(this, "pointerdown", (event) => event.preventDefault());
      this.hear(this, "click", (event) => this.#press(event.target.closest("button")?.value));
      this.#follow(document.activeElement);
    }

    #follow(field) {
      if (this.contains(field)) return;
      if (!this.#isFor(field)) return this.#hideSoon();
      field.dataset.figures = "";
      field.inputMode = "none";
      this.#field = field;
      this.#fresh = true;
      this.hidden = false;
      this.#reveal(field);
    }

    #isFor(field) {
      return field.matches(FIGURES) && this.#isNearest(field);
    }

    /* A dialog has its own pad. */
    #isNearest(field) {
      const pads = [...document.querySelectorAll("number-pad")].filter((pad) => pad.parentElement.contains(field));
      return pads.every((pad) => pad.parentElement.contains(this.parentElement)) && pads.includes(this);
    }

    #feel(event) {
      this.#pressed = event.type === "pointerdown";
      if (!this.hidden && !this.#pressed) this.#hideSoon();
    }

    /* Nothing under a finger may move before the finger is lifted. */
    #hideSoon() {
      if (this.#pressed) return;
      setTimeout(() => {
        const here = document.activeElement;
        if (here !== document.body && here !== this.#field && !this.contains(here) && !this.#isFor(here)) this.hidden = true;
      });
    }

    /* Scrolls so that the field stays in view. For a pad in a dialog, shows pad and field. Otherwise keeps the field
       and the end of its form above the pad or, if the form is too long, the field and the form's sticky parts. */
    #reveal(field) {
      if (this.matches(".pad--here")) {
        this.scrollIntoView({ block: "nearest" });
        field.scrollIntoView({ block: "nearest" });
        return;
      }
      const { top, bottom, left, right } = field.getBoundingClientRect();
      const below = [this, document.querySelector(".checkout__jump")].filter((part) => part && isAfter(field, part)).map(box);
      const floor = Math.min(innerHeight, ...below.filter((part) => part.height && part.left < right && part.right > left).map((part) => part.top));
      const over = box(field.form ?? field).bottom + MARGIN - floor;
      if (over <= top - MARGIN) return scrollBy(0, Math.max(0, over));
      const stuck = [...field.form.querySelectorAll("*")].filter((part) => isAfter(field, part) && getComputedStyle(part).position === "sticky");
      const room = stuck.reduce((sum, part) => sum + box(part).height + MARGIN, MARGIN);
      scrollBy(0, Math.max(0, bottom + room - floor));
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

    /* The browser fires "change" only for keys typed on a keyboard. */
    #tell(field) {
      if (field !== this.#field || this.#fresh) return;
      this.#fresh = true;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }

    /* OK submits the form. In a form with many fields, such as a count, it goes to the next field; such a form has its
       own button. */
    #finish(field) {
      const fields = [...(field.form?.querySelectorAll(FIGURES) ?? [])];
      const next = this.hasAttribute("data-walks") && fields[fields.indexOf(field) + 1];
      if (next) return next.focus();
      this.hidden = true;
      this.#fresh ||= !this.hasAttribute("data-walks");
      field.blur();
      if (!this.hasAttribute("data-walks")) field.form?.requestSubmit();
    }
  },
);
