/* Tells scanners from people by their typing speed, wherever the focus is, on every page and between pages. A code goes
   to the scan box, and is removed from any other field it was typed into. On pages that sell nothing, text fields keep
   their codes. Scans made while pages turn are stored for the next basket. */
import { keepForNext } from "../parts/kept.js";
import { isTurning } from "../parts/page-turner.js";

const SCANNER = "scanner";
const SHORTEST = 4;
/* Milliseconds to wait for the rest of a code that began outside of fields or while pages turn. */
const LONG = 1000;

let scanner = JSON.parse(localStorage.getItem(SCANNER));
let keys = [];
let touched = new Map();
let isMarked = false;

function forget() {
  keys = [];
  touched = new Map();
  isMarked = false;
}

/* If a scanner paused within the scan box, its keys so far still count. */
function startAnew(field) {
  const before = field?.matches("[data-takes-scans]") ? touched.get(field) : undefined;
  forget();
  if (before !== undefined) touched.set(field, before);
}

const typed = () => keys.map(({ key }) => (key.length === 1 ? key : "")).join("");
const fieldOf = ({ target }) => (target.matches?.("input, textarea") ? target : null);
/* Removes the keys typed outside of fields, which the scan box has taken over, from the end of its value. */
const without = (value, loose) => (loose && value.endsWith(loose) ? value.slice(0, -loose.length) : value);
const patience = () => (isTurning() || keys.some(({ field }) => !field) ? LONG : Number(scanner.pause));

/* A busy page handles a key late, so the gap to the next key counts from when the last one was handled. */
function hear(event, heard = performance.now()) {
  if (!scanner || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.key === "Shift") return;
  if (event.key.length > 1 && event.key !== "Enter") return forget();
  const last = keys.at(-1);
  const gap = last ? event.timeStamp - Math.max(last.at, last.heard) : Infinity;
  const isNear = gap <= patience();
  const field = fieldOf(event);
  if (last && !isNear) startAnew(gap <= LONG ? field : null);
  if (field && !touched.has(field)) touched.set(field, without(field.value, typed()));
  keys.push({ key: event.key, field, at: event.timeStamp, heard, gap: isNear ? Math.max(0, event.timeStamp - last.at) : 0 });
  isMarked ||= scanner.prefix !== "" && typed() === scanner.prefix;
  const isOver = event.key === "Enter" || (scanner.suffix && typed().endsWith(scanner.suffix));
  if (isOver && isNear && typed().length >= SHORTEST) return finish(event);
  if (event.key === "Enter") forget();
  else if (isMarked) event.preventDefault();
}

/* Whether the code stays in its field. An amount or a PIN is shorter than a code, or has a decimal mark; a password is
   not all digits. */
function isForField(field, code) {
  const page = document.querySelector("scanner-wedge");
  const isAmount = field?.matches("[inputmode=decimal], [inputmode=numeric]:not([type=password]), [data-figures]");
  if (!page) return true;
  if (page.hasAttribute("data-locked")) return !/^\d{8,}$/.test(code);
  if (page.hasAttribute("data-elsewhere")) return field && !(isAmount && /^[^.,]{8,}$/.test(code));
  return field?.matches("[data-takes-scans]") && !scanner.prefix && !scanner.suffix;
}

function finish(event) {
  const all = typed();
  const from = all.startsWith(scanner.prefix) ? scanner.prefix.length : 0;
  const code = all.slice(from, scanner.suffix && all.endsWith(scanner.suffix) ? -scanner.suffix.length : undefined);
  const detail = { code, typed: all, keys };
  const fields = [...touched];
  forget();
  if (isTurning()) keepForNext(code);
  else if (fields.length < 2 && isForField(fields[0]?.[0], code)) return complete(...(fields[0] ?? []), all);
  else if (document.dispatchEvent(new CustomEvent("scan", { detail, cancelable: true }))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  for (const [field, before] of fields) field.value = before;
}

/* Adds keys typed before the scan box had the focus, and removes text that stood in it before. */
function complete(field, before, all) {
  if (!field?.matches("[data-takes-scans]")) return;
  const here = field.value.startsWith(before) ? field.value.slice(before.length) : field.value;
  field.value = all.endsWith(here) ? all : here;
}

/* Drops keys typed by a person before the page began to turn. */
function begin() {
  if (performance.now() - keys.at(-1)?.heard > Number(scanner?.pause)) forget();
}

/* Puts the start of a code typed before this page appeared where its rest will be typed. */
function goOn() {
  const box = document.querySelector("[data-takes-scans]");
  if (!keys.length || performance.now() - keys.at(-1).heard > LONG) return forget();
  keys.at(-1).field = null;
  touched.clear();
  if (!box || isMarked || document.activeElement !== box) return;
  touched.set(box, "");
  box.value = typed();
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

customElements.define(
  "scanner-wedge",
  class extends HTMLElement {
    connectedCallback() {
      /* A page of no register keeps the settings of the till this browser was at last. */
      if (!this.dataset.pause) return void (scanner ??= { prefix: "", suffix: "", pause: 50 });
      const { prefix, suffix, pause } = this.dataset;
      scanner = { prefix, suffix, pause };
      localStorage.setItem(SCANNER, JSON.stringify(scanner));
    }
  },
);

document.addEventListener("page:turning", begin);
document.addEventListener("page:turned", goOn);
/* Takes over the start of a code typed into the scan box before this script was loaded. */
function takeUp() {
  const text = document.querySelector("[data-takes-scans]")?.value ?? "";
  const begun = scanner?.suffix ? text.slice(text.lastIndexOf(scanner.suffix) + 1) : text;
  if (!scanner || !begun) return;
  const now = performance.now();
  keys = Array.from(begun, (key) => ({ key, field: null, at: now, heard: now, gap: 0 }));
  touched.set(document.querySelector("[data-takes-scans]"), "");
  isMarked = scanner.prefix !== "" && begun.startsWith(scanner.prefix);
}

/* Waits until all parts of the page are defined. */
queueMicrotask(() => {
  takeUp();
  for (const event of document.earlyKeys?.() ?? []) hear(event, event.timeStamp);
  document.addEventListener("keydown", (event) => hear(event), true);
});
