/** How times, money and ids are shown and read. */
import type { VNode } from "preact";
import { Link } from "wouter-preact";

/** Made when it is first needed, not while the page starts: see docs/decisions/console.md. */
function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => (made ??= make());
}

const time = once(() => new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" }));
const toMilliseconds = once(
  () =>
    new Intl.DateTimeFormat("en-GB", {
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      fractionalSecondDigits: 3,
    }),
);
const signedNumber = once(() => new Intl.NumberFormat("en", { signDisplay: "always" }));

/** 09:26:53.589 */
export function clock(at: string): string {
  return toMilliseconds().format(new Date(at));
}

/** 09:26:53 */
export function timeOf(at: string): string {
  return new Date(at).toLocaleTimeString("en-GB");
}

/** +40 */
export function signed(number: number): string {
  return signedNumber().format(number);
}

/** In the person's time zone; the exact one in UTC is its title. */
export function Time({ at, exact }: { readonly at: string; readonly exact?: boolean }): VNode {
  return (
    <time dateTime={at} title={at}>
      {exact ? clock(at) : time().format(new Date(at))}
    </time>
  );
}

export function Id({ children }: { readonly children: string }): VNode {
  return (
    <code class="id" title={children}>
      {children}
    </code>
  );
}

export function OrderLink({ id }: { readonly id: string }): VNode {
  return (
    <Link href={`/orders/${id}`}>
      <Id>{id}</Id>
    </Link>
  );
}

interface Money {
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
}

/** By currency. Creating one takes longer than rendering the rest of a row. */
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(currency: string): Intl.NumberFormat {
  const format = formats.get(currency) ?? new Intl.NumberFormat("en", { style: "currency", currency });
  formats.set(currency, format);
  return format;
}

export function money({ amount, currency }: Money): string {
  return formatOf(currency).format(amount / 10 ** decimalsOf(currency));
}

/** Without the currency, for a field of a form. */
export function decimalOf({ amount, currency }: Money): string {
  const decimals = decimalsOf(currency);
  return (amount / 10 ** decimals).toFixed(decimals);
}

/** @example minorUnits("39.50", "EUR") === 3950; undefined for text that is not a price in the currency */
export function minorUnits(text: string, currency: string): number | undefined {
  const match = /^(\d{1,12})(?:[.,](\d+))?$/.exec(text.trim());
  if (match === null || !/^[A-Z]{3}$/.test(currency)) return undefined;
  const [, whole = "", fraction = ""] = match;
  const decimals = decimalsOf(currency);
  if (fraction.length > decimals) return undefined;
  return Number(whole + fraction.padEnd(decimals, "0"));
}

/** 2 for EUR, 0 for JPY. */
function decimalsOf(currency: string): number {
  return formatOf(currency).resolvedOptions().maximumFractionDigits ?? 2;
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}
