/* The arithmetic of an outage, in thousandths: no amount is ever a fraction. */
export const thousandths = (written) => (/^\d{1,9}([.,]\d{1,3})?$/.test(written.trim()) ? Math.round(Number(written.replace(",", ".")) * 1000) : NaN);
export const quantity = (units) => (units % 1000 ? (units / 1000).toFixed(3) : String(units / 1000));
export const shown = (units, { decimals }) => (units / 1000).toLocaleString(document.documentElement.lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
export const amount = (units, { decimals }) => (units / 1000).toFixed(decimals);
export const rounded = (units, step) => Math.floor(units / step + 0.5) * step;
export const smallest = ({ decimals }) => 10 ** (3 - decimals);
export const net = (line, terms) => rounded(Number(BigInt(line.units) * BigInt(thousandths(line.price))) / 1000, smallest(terms));

/* Tax comes on top where prices do not hold it: once per rate. */
export function total(lines, terms) {
  const bases = new Map();
  for (const line of lines) bases.set(line.rate, (bases.get(line.rate) ?? 0) + net(line, terms));
  const added = (base, rate) => (terms.tax_included ? 0 : rounded(Math.round(base * Number(rate) * 1e6) / 1e6, smallest(terms)));
  return [...bases].reduce((sum, [rate, base]) => sum + base + added(base, rate), 0);
}

export function due(lines, terms) {
  return rounded(total(lines, terms), Math.round(Number(terms.cash_step) * 1000));
}
