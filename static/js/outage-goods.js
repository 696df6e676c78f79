/* The goods of the catalogue, found by code and by word. The pages stay the columns they came as. */
const ROOM = 1e6;
const fold = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function shelf(pages, rates) {
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
    const place = places.get(/^\d{12}$/.test(code) ? `0${code}` : code.toUpperCase());
    return place === undefined ? null : product(place);
  }

  /* Those whose names have all the words, or beginnings of them; whole words in front. */
  function search(text, most) {
    const words = fold(text).split(/\s+/).filter(Boolean);
    names ??= pages.map((page) => page.name.map((name) => ` ${fold(name)}`));
    const found = [];
    for (let at = 0; at < names.length && found.length < most; at++)
      for (let row = 0; row < names[at].length && found.length < most; row++)
        if (words.every((word) => names[at][row].includes(` ${word}`))) found.push(product(at * ROOM + row));
    return words.length ? found : [];
  }

  return { find, search };
}
