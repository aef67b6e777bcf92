import type { Money } from "@orders/generated/messages";

/**
 * Currencies whose minor unit is not a hundredth (ISO 4217). The runtimes' own tables will not do: some of them
 * hold how prices are commonly written, without the fils of a dinar.
 */
const unusualDigits: ReadonlyMap<string, number> = new Map([
  ...["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"].map(
    (currency) => [currency, 0] as const,
  ),
  ...["XAF", "XOF", "XPF"].map((currency) => [currency, 0] as const),
  ...["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"].map((currency) => [currency, 3] as const),
  ...["CLF", "UYW"].map((currency) => [currency, 4] as const),
]);

const formats = new Map<string, Intl.NumberFormat>();

/** `{ amount: 123450, currency: "EUR" }` is `€1,234.50`: exact up to 2^53, whatever the currency's minor unit. */
export function formatMoney({ amount, currency }: Money): string {
  const digits = unusualDigits.get(currency) ?? 2;
  let format = formats.get(currency);
  if (!format) {
    const style = { style: "currency", currency } as const;
    format = new Intl.NumberFormat("en", {
      ...style,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(currency, format);
  }
  const unit = 10 ** digits;
  const rest = amount % unit;
  const minor = String(rest).padStart(digits, "0");
  // Whole units and the rest apart: one division would not be exact. In English the fraction comes last.
  const whole = format.format((amount - rest) / unit);
  return digits === 0 ? whole : whole.slice(0, -digits) + minor;
}
