/* The products of the catalogue, found by code or by name. The pages keep the columns they were sent in. */
const ROOM = 1e6;
const fold = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const checkDigit = (body) => (10 - ([...body].reduce((sum, digit, at) => sum + digit * (at % 2 ? 3 : 1), 0) % 10)) % 10;
const checked = (body) => `${body}${checkDigit(body)}`;

/* Same as in inventory/barcodes.py: a UPC-A is stored as an EAN-13, with a zero in front. */
export const scanned = (code) => (/^[0-9]{12}$/.test(code) ? `0${code}` : code);

export function shelf(pages, { rates, labels = [] }) {
  const places = new Map();
  const each = (deed) => pages.forEach((page, at) => page.pk.forEach((_, row) => deed(page, row, at * ROOM + row)));
  each((page, row, place) => places.set(page.sku[row].toUpperCase(), place));
  each((page, row, place) => page.codes[row].forEach((code) => places.set(code.toUpperCase(), place)));
  let names = null;

  function product(place) {
    const page = pages[Math.floor(place / ROOM)];
    const row = place % ROOM;
    const rate = rates[page.tax_rate[row]] ?? "0";
    const code = page.codes[row][0] ?? page.sku[row];
    return { id: page.pk[row], code, name: page.name[row], price: page.price[row], rate, soldBy: page.sold_by[row], age: page.minimum_age[row] };
  }

  function find(code) {
    const place = places.get(scanned(code).toUpperCase());
    return place === undefined ? null : product(place);
  }

  /* Reads a weight label by the shop's patterns: the product, with its weight in grams as units. */
  function weighed(code) {
    const label = labels.find(({ prefix }) => code.startsWith(prefix));
    if (!label || !/^\d{13}$/.test(code) || code !== checked(code.slice(0, -1))) return null;
    const ends = label.prefix.length + label.item_digits;
    const item = code.slice(label.prefix.length, ends);
    const units = Number(code.slice(-1 - label.value_digits, -1)) * 10 ** (3 - label.decimals);
    const names = [checked(code.slice(0, ends).padEnd(12, "0")), item, item.replace(/^0+(?=.)/, "")];
    const found = names.map(find).find(Boolean);
    return found && Number.isInteger(units) && units ? { ...found, units } : null;
  }

  /* Products whose names contain words that begin with all the typed words. */
  function search(text, most) {
    const words = fold(text).split(/\s+/).filter(Boolean);
    names ??= pages.map((page) => page.name.map((name) => ` ${fold(name)}`));
    const found = [];
    for (let at = 0; at < names.length && found.length < most; at++)
      for (let row = 0; row < names[at].length && found.length < most; row++)
        if (words.every((word) => names[at][row].includes(` ${word}`))) found.push(product(at * ROOM + row));
    return words.length ? found : [];
  }

  return { find, weighed, search };
}
