/* The list of goods as a sheet: Enter and the arrows move and save, Escape gives back the old value. A code scanned
   outside of a text field is searched. */
import { Part } from "../parts/part.js";
import { RowQueue } from "./row-queue.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1, ArrowLeft: -1, ArrowRight: 1 };
const isTick = (field) => field.type === "checkbox";
const isChoice = (field) => field.matches("select");
const valueOf = (field) => (isTick(field) ? (field.checked ? "on" : "") : field.value.trim());
const held = (field) => {
  if (isTick(field)) return field.defaultChecked ? "on" : "";
  return isChoice(field) ? ([...field.options].find((option) => option.defaultSelected)?.value ?? "") : field.defaultValue.trim();
};
const was = (field) => field.dataset.was ?? held(field);
const ofCell = (target) => target.closest?.("[data-cell]");
const isWhole = ({ selectionStart, selectionEnd, value }) => selectionStart === 0 && selectionEnd === value.length;
const isOpen = (field) => isChoice(field) && CSS.supports("selector(:open)") && field.matches(":open");

customElements.define(
  "goods-grid",
  class extends Part {
    connectedCallback() {
      this.queue = new RowQueue(this.dataset.ready, {
        shown: (...answer) => this.#show(...answer),
        said: (what) => this.#say(what),
      });
      this.addEventListener("keydown", (event) => ofCell(event.target) && this.#key(event, ofCell(event.target)));
      this.addEventListener("pointerdown", (event) => this.#fill(ofCell(event.target)));
      this.addEventListener("mousedown", (event) => this.#press(event, ofCell(event.target)));
      this.addEventListener("focusin", (event) => ofCell(event.target) && this.#enter(event.target));
      this.addEventListener("focusout", (event) => ofCell(event.target) && this.#save(event.target));
      this.addEventListener("change", (event) => this.#changed(event.target));
      this.addEventListener("submit", (event) => event.target.matches("[data-mine]") && this.#insist(event));
      this.addEventListener("click", (event) => event.target.closest("[data-theirs]") && this.#giveIn(event));
      this.hear(document, "scan", (event) => this.#search(event));
      this.hear(window, "beforeunload", (event) => this.queue.isEmpty || event.preventDefault());
      this.querySelectorAll("[data-all]").forEach((all) => (all.hidden = false));
      if (this.querySelector("[data-count]")) this.#count();
    }

    #key(event, field) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isOpen(field)) return;
      if (event.key === "Escape") this.#giveBack(field);
      else if (event.key === "Enter") this.#down(field, event.shiftKey ? -1 : 1);
      else if (["ArrowDown", "ArrowUp"].includes(event.key)) this.#down(field, STEPS[event.key]);
      else if (event.key in STEPS && this.#isAtEdge(field, STEPS[event.key])) this.#aside(field, STEPS[event.key]);
      else return;
      event.preventDefault();
    }

    #down(field, step) {
      const fields = [...this.querySelectorAll(`[data-cell][name=${field.name}]`)];
      const next = fields[fields.indexOf(field) + step];
      if (next) next.focus();
      else this.#save(field);
    }

    #aside(field, step) {
      const fields = [...field.closest("tr").querySelectorAll("[data-cell]")];
      fields[fields.indexOf(field) + step]?.focus();
    }

    #isAtEdge(field, step) {
      if (isTick(field) || isChoice(field)) return true;
      const { selectionStart, selectionEnd, value } = field;
      return isWhole(field) || (selectionStart === selectionEnd && selectionStart === (step < 0 ? 0 : value.length));
    }

    /* A press goes into a cell as the keys do, not between two letters of it. */
    #press(event, field) {
      if (!field || isTick(field) || isChoice(field) || field === document.activeElement) return;
      event.preventDefault();
      field.focus();
    }

    /* A product may have several barcodes: the next is scanned behind the last. */
    #enter(field) {
      if (isChoice(field)) return this.#fill(field);
      if (isTick(field)) return;
      if (!field.hasAttribute("data-codes")) return field.select();
      if (field.value) field.value = `${field.value.trim()} `;
      field.setSelectionRange(field.value.length, field.value.length);
    }

    /* The choices stand once on the page; a row has only its own. */
    #fill(field) {
      if (!field || !isChoice(field) || field.options.length > 1) return;
      const { value } = field;
      const all = this.querySelector(`[data-choices-of=${field.dataset.choices}]`);
      field.dataset.was ??= held(field);
      field.replaceChildren(all.content.cloneNode(true));
      field.value = value;
    }

    #giveBack(field) {
      if (isTick(field)) return;
      field.value = was(field);
      if (!isChoice(field)) field.select();
    }

    #changed(field) {
      if (field.matches("[data-all]")) for (const tick of this.querySelectorAll("[name=chosen]")) tick.checked = field.checked;
      if (field.matches("[data-all], [name=chosen]")) this.#count();
      else if (ofCell(field) && (isTick(field) || isChoice(field))) this.#save(field);
    }

    #count() {
      this.querySelector("[data-count]").textContent = this.querySelectorAll("[name=chosen]:checked").length;
    }

    #save(field) {
      const value = valueOf(field);
      if (value === was(field)) return;
      field.dataset.was = value;
      this.#send(field.form, { [field.name]: value });
    }

    #send(form, values) {
      const { id, dataset } = form.closest("tbody");
      const back = form.elements.back.value;
      this.queue.add({ id, path: form.getAttribute("action"), values, version: dataset.version, back });
    }

    #insist(event) {
      event.preventDefault();
      const values = [...new FormData(event.target)];
      const names = values.filter(([name]) => name === "fields").map(([, name]) => name);
      this.#send(event.target, Object.fromEntries(values.filter(([name]) => names.includes(name))));
    }

    #giveIn(event) {
      event.preventDefault();
      event.target.closest("tbody").classList.remove("goods__product--refused");
      event.target.closest(".goods__note").remove();
    }

    /* Cells that somebody is in, or whose value is on its way, stay as they are. */
    #show({ id, values }, fresh, status) {
      const row = document.getElementById(id);
      if (!row) return;
      const here = row.querySelector("[data-cell]:focus");
      const cells = [...row.rows[0].cells];
      [...fresh.rows[0].cells].forEach((cell, place) => {
        const field = cells[place].querySelector("[data-cell]");
        if (field && field === here) this.#renew(field, cell.querySelector("[data-cell]"), values);
        else if (!field || !this.queue.holds(id, field.name)) this.#replace(cells[place], cell);
      });
      row.className = fresh.className;
      row.dataset.version = fresh.dataset.version;
      row.querySelector(".goods__note")?.remove();
      if (status !== 200) row.append(fresh.querySelector(".goods__note"));
    }

    #replace(old, cell) {
      const tick = old.querySelector("[name=chosen]");
      if (tick) cell.querySelector("[name=chosen]").checked = tick.checked;
      old.replaceWith(cell);
    }

    #renew(field, fresh, values) {
      if (!fresh || isTick(field) || isChoice(field)) return;
      const isUntouched = field.value.trim() === (values[field.name] ?? was(field));
      field.dataset.was = was(fresh);
      if (fresh.ariaInvalid) return void (field.ariaInvalid = "true");
      field.removeAttribute("aria-invalid");
      if (!isUntouched) return;
      const wasWhole = isWhole(field);
      field.value = fresh.value;
      if (wasWhole) field.select();
    }

    #search(event) {
      const form = document.querySelector("[data-goods-search]");
      event.preventDefault();
      form.elements.q.value = event.detail.code;
      form.requestSubmit();
    }

    #say(what) {
      const trouble = this.querySelector("[data-trouble]");
      const isTrouble = what === "away" || what === "lost";
      trouble.hidden = !isTrouble;
      trouble.querySelector("[data-sentence]").textContent = isTrouble ? this.dataset[what] : "";
      const state = this.querySelector("[data-state]");
      if (state) state.textContent = (!isTrouble && this.dataset[what]) || "";
    }
  },
);
