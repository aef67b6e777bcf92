import type { Money } from "@orders/generated/messages";
import { code } from "currency-codes";

const formats = new Map<string, Intl.NumberFormat>();

/** `{ amount: 123450, currency: "EUR" }` is `€1,234.50`: exact up to 2^53, whatever the currency's minor unit. */
export function formatMoney({ amount, currency }: Money): string {
  // From ISO 4217: the runtimes' own tables follow common usage, which leaves out the fils of some dinars.
  const digits = code(currency)?.digits ?? 2;
  const unit = 10 ** digits;
  const rest = amount % unit;
  // Whole units and the rest are formatted separately: one division would not be exact. In English the fraction comes last.
  const whole = formatOf(currency, digits).format((amount - rest) / unit);
  return digits === 0 ? whole : whole.slice(0, -digits) + String(rest).padStart(digits, "0");
}

function formatOf(currency: string, digits: number): Intl.NumberFormat {
  let format = formats.get(currency);
  if (!format) {
    const fraction = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    format = new Intl.NumberFormat("en", { style: "currency", currency, ...fraction });
    formats.set(currency, format);
  }
  return format;
}
