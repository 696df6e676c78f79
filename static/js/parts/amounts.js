/* Reads typed numbers as pos/amounts.py does: a number, or NaN for no number or an ambiguous one. */
const FIGURE = /^[+-]?[0-9.,]*[0-9][0-9.,]*$/;
const GROUPED = /^(?:[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?:,\d{3})+)$/;

export function read(written, decimals) {
  const text = written.trim();
  if (text.length > 30 || !FIGURE.test(text)) return NaN;
  const body = text.replace(/^[+-]/, "");
  const marks = body.match(/[.,]/g) ?? [];
  if (!marks.length) return Number(text);
  const at = body.lastIndexOf(marks.at(-1));
  let [whole, rest] = [body.slice(0, at), body.slice(at + 1)];
  if (marks.length > 1 && new Set(marks).size === 1) [whole, rest] = [body, ""];
  else if (marks.length === 1 && rest.length === 3 && decimals < 3 && GROUPED.test(body)) return NaN;
  if (/[.,]/.test(whole) && !GROUPED.test(whole)) return NaN;
  return Number(`${text.startsWith("-") ? "-" : ""}${whole.replace(/[.,]/g, "") || "0"}.${rest || "0"}`);
}
