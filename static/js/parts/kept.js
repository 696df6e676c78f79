/* What was done to a basket and not answered yet, in this browser's storage: it outlives the page. */
const PREFIX = "kept/";
const FRESH = 5 * 60_000;

/* The name of the basket that is not there yet. */
export const NEXT = "next";

export function newName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/* The deeds of all baskets, in the order they were done. */
export function kept() {
  return Object.keys(localStorage)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => ({ name, ...JSON.parse(localStorage.getItem(name)) }))
    .sort((one, other) => one.number - other.number);
}

export function keep(basket, path, values, isForNext = false) {
  const number = 1 + Math.max(0, ...kept().map((deed) => deed.number));
  const name = PREFIX + newName();
  localStorage.setItem(name, JSON.stringify({ basket, path, values, isForNext, number, at: Date.now() }));
  return name;
}

/* A code that begins or continues the basket that comes. */
export function keepForNext(code) {
  return keep(NEXT, "/till/0/scan", [
    ["code", code],
    ["once", newName()],
  ]);
}

/* The same deeds, for another basket. */
export function move(deeds, basket) {
  for (const { name, path, values } of deeds) {
    keep(basket, path.replace(/\/\d+\//, `/${basket === NEXT ? 0 : basket}/`), values);
    forget(name);
  }
}

/* What was scanned a moment ago, before there was a basket or after the one on the screen was paid. */
export function keptForNext() {
  return kept().filter((deed) => (deed.basket === NEXT || deed.isForNext) && codes([deed]).length && Date.now() - deed.at < FRESH);
}

/* It belongs to this one. */
export function takeOver(basket) {
  move(keptForNext().filter((deed) => deed.basket !== basket), basket);
}

export function forget(name) {
  localStorage.removeItem(name);
}

export function codes(deeds) {
  return deeds.map((deed) => new Map(deed.values).get("code")).filter(Boolean);
}
