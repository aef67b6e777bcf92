/** Reads a CSV file of products, and checks each line before anything is sent. */
import type { rest } from "../../../api/rest.ts";
import { minorUnits } from "../../../parts/values.tsx";
import { limits } from "./limits.ts" with { type: "macro" };

export interface Line {
  /** Line number in the file; the header is line 1. */
  readonly number: number;
  readonly texts: Readonly<Record<string, string>>;
  /** The product to send; undefined if there are `errors`. */
  readonly product: NewProduct | undefined;
  /** Pieces received; 0 for none. */
  readonly quantity: number;
  readonly errors: readonly string[];
}

export type NewProduct = Parameters<typeof rest.inventory.products.post>[0];

const contract = limits();
const required = ["sku", "name", "price", "currency"];
/** Maximum lines per file; each takes at least one call. */
const mostLines = 10_000;
/** Bytes per file: it is read as a whole. */
export const mostBytes = 5_000_000;

/** @throws Error when the file as a whole cannot be read */
export async function readLines(text: string): Promise<Line[]> {
  // Loaded only where it is used.
  const { default: Papa } = await import("papaparse");
  const { data, meta, errors } = Papa.parse<Record<string, string>>(text, {
    header: true,
    transformHeader: (header) => header.trim().toLowerCase(),
    preview: mostLines + 2,
  });
  const tooMany = new Error(`The file has more than ${mostLines} lines; split it`);
  // Empty lines count here, so that none with a product is left unread in silence.
  if (meta.truncated) throw tooMany;
  const missing = required.filter((name) => !meta.fields?.includes(name));
  if (missing.length > 0) throw new Error(`The first line does not name the column ${missing.join(", ")}`);
  const broken = new Map(errors.map(({ row, message }) => [row, message]));
  const seen = new Map<string, number>();
  const lines: Line[] = [];
  let next = 2;
  for (const [index, texts] of data.entries()) {
    const number = next;
    const values = Object.values(texts).map(String);
    // A quoted text may go over several lines.
    next += 1 + values.reduce((sum, value) => sum + value.split(/\r\n|\r|\n/).length - 1, 0);
    if (values.every((value) => value.trim() === "")) continue;
    const line = checked(texts, number, broken.get(index));
    const sku = texts.sku?.trim() ?? "";
    const first = seen.get(sku);
    seen.set(sku, first ?? number);
    const doubled = first !== undefined && sku !== "";
    lines.push(
      doubled
        ? { ...line, product: undefined, errors: [...line.errors, `sku: already in line ${first}`] }
        : line,
    );
  }
  if (lines.length > mostLines) throw tooMany;
  return lines;
}

function checked(texts: Record<string, string>, number: number, broken: string | undefined): Line {
  const text = (name: string) => texts[name]?.trim() ?? "";
  const errors = broken === undefined ? [] : [broken];
  if (!new RegExp(contract.sku, "u").test(text("sku"))) errors.push(`sku: must match ${contract.sku}`);
  if (text("name") === "") errors.push("name: is missing");
  if (text("name").length > contract.nameLength) errors.push(`name: is longer than ${contract.nameLength}`);
  const currency = text("currency");
  if (!/^[A-Z]{3}$/.test(currency)) errors.push("currency: must be three capital letters, such as EUR");
  const amount = minorUnits(text("price"), currency);
  if (amount === undefined) errors.push("price: not a valid price in this currency");
  const threshold = wholeNumber(text("threshold"));
  if (threshold === undefined) errors.push("threshold: must be a whole number");
  const quantity = wholeNumber(text("quantity"));
  if (quantity === undefined || quantity > contract.mostPieces)
    errors.push("quantity: must be a whole number of units");
  const product: NewProduct = {
    sku: text("sku"),
    name: text("name"),
    ...(text("description") !== "" && { description: text("description") }),
    ...(text("category") !== "" && { category: text("category") }),
    unitPrice: { amount: amount ?? 0, currency },
    ...(text("threshold") !== "" && { lowStockThreshold: threshold ?? 0 }),
  };
  return {
    number,
    texts,
    product: errors.length === 0 ? product : undefined,
    quantity: quantity ?? 0,
    errors,
  };
}

/** 0 if empty; undefined for invalid text. */
function wholeNumber(text: string): number | undefined {
  if (text === "") return 0;
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
