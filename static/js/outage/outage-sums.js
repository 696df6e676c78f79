/* The arithmetic of an outage, in integer thousandths. */
import { read } from "../parts/amounts.js";

export const thousandths = (written, decimals = 3) => (/[-+]|[.,]\d{4,}$/.test(written) ? NaN : Math.round(read(written, decimals) * 1000));
export const quantity = (units) => (units % 1000 ? (units / 1000).toFixed(3) : String(units / 1000));
export const shown = (units, { decimals }) => (units / 1000).toLocaleString(document.documentElement.lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
export const amount = (units, { decimals }) => (units / 1000).toFixed(decimals);
export const rounded = (units, step) => Math.floor(units / step + 0.5) * step;
export const smallest = ({ decimals }) => 10 ** (3 - decimals);
export const net = (line, terms) => rounded(Number(BigInt(line.units) * BigInt(thousandths(line.price))) / 1000, smallest(terms));

/* The total. Tax is added, rounded once per rate, if prices do not include it. */
export function total(lines, terms) {
  const bases = new Map();
  for (const line of lines) bases.set(line.rate, (bases.get(line.rate) ?? 0) + net(line, terms));
  const added = (base, rate) => (terms.tax_included ? 0 : rounded(Math.round(base * Number(rate) * 1e6) / 1e6, smallest(terms)));
  return [...bases].reduce((sum, [rate, base]) => sum + base + added(base, rate), 0);
}

export function due(lines, terms) {
  return rounded(total(lines, terms), Math.round(Number(terms.cash_step) * 1000));
}
