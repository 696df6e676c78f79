/* Arrows walk through choices, round and round; whether this key was one that did. */
export function walk(event, choices) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const here = choices.indexOf(document.activeElement);
  if (!step || here < 0 || choices.length < 2) return false;
  event.preventDefault();
  choices[(here + step + choices.length) % choices.length].focus();
  return true;
}
