/* Who may sell at this browser while the server is away: whoever was signed in at the till, until that person locks it,
   signs out, or leaves it alone for as long as locks a till. */
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
