/* What was done to baskets and is not answered yet, kept in localStorage so that it survives the page. */
const PREFIX = "kept/";
const FRESH = 5 * 60_000;

/* Stands for the next basket, which does not exist yet. */
export const NEXT = "next";

export function newName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/* The stored actions of all baskets, oldest first. */
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

/* Stores a scanned code for the next basket. */
export function keepForNext(code) {
  return keep(NEXT, "/till/0/scan", [
    ["code", code],
    ["once", newName()],
  ]);
}

/* Moves the actions to another basket. */
export function move(deeds, basket) {
  for (const { name, path, values } of deeds) {
    keep(basket, path.replace(/\/\d+\//, `/${basket === NEXT ? 0 : basket}/`), values);
    forget(name);
  }
}

/* Recent scans without a basket, made before there was one or after the last one was paid. */
export function keptForNext() {
  return kept().filter((deed) => (deed.basket === NEXT || deed.isForNext) && codes([deed]).length && Date.now() - deed.at < FRESH);
}

/* Moves those scans to this basket. */
export function takeOver(basket) {
  move(keptForNext().filter((deed) => deed.basket !== basket), basket);
}

export function forget(name) {
  localStorage.removeItem(name);
}

export function codes(deeds) {
  return deeds.map((deed) => new Map(deed.values).get("code")).filter(Boolean);
}
