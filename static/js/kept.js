/* What was done to a basket and not answered yet, in this browser's storage: it outlives the page. */
const PREFIX = "kept/";

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

export function keep(basket, path, values) {
  const number = 1 + Math.max(0, ...kept().map((deed) => deed.number));
  const name = PREFIX + newName();
  localStorage.setItem(name, JSON.stringify({ basket, path, values, number }));
  return name;
}

export function forget(name) {
  localStorage.removeItem(name);
}

export function codes(deeds) {
  return deeds.map((deed) => new Map(deed.values).get("code")).filter(Boolean);
}
