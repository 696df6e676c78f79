/* The permission to sell in this browser during an outage. The person signed in at the till has it until that person
   locks the till or signs out, or until the till has been idle long enough to lock. */
const NAME = "outage-leave";

export function grant(leave) {
  localStorage.setItem(NAME, JSON.stringify(leave));
}

export function withdraw() {
  localStorage.removeItem(NAME);
}

export function leave() {
  const found = JSON.parse(localStorage.getItem(NAME));
  if (!found) return null;
  const idle = Date.now() - Number(localStorage.getItem("touched"));
  if (Date.now() < found.until && (!found.minutes || idle < found.minutes * 60_000)) return found;
  withdraw();
  return null;
}
