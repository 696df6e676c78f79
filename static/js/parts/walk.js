/* Moves the focus through choices with the arrow keys, in a circle; returns whether the key did so. */
export function walk(event, choices) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const here = choices.indexOf(document.activeElement);
  if (!step || here < 0 || choices.length < 2) return false;
  event.preventDefault();
  choices[(here + step + choices.length) % choices.length].focus();
  return true;
}
