/** Sends the lines of a file, a few at a time. A line that fails does not stop the others. */
import { CallError, reasonsOf } from "../../../api/problem.ts";
import { bodyOf, rest } from "../../../api/rest.ts";
import type { Line, NewProduct } from "./read-lines.ts";

export interface LineResult {
  readonly line: Line;
  readonly outcome: "created" | "changed" | "unchanged" | "failed";
  readonly failure?: string;
}

/** Maximum concurrent calls. */
const atOnce = 4;
const attempts = 5;

interface SendOptions {
  readonly lines: readonly Line[];
  /** Identifies the whole file, so that its pieces are recorded once however often the file is sent. */
  readonly fileId: string;
  readonly fileName: string;
  readonly signal: AbortSignal;
  onResult(result: LineResult): void;
}

export async function sendLines({ lines, fileId, fileName, signal, onResult }: SendOptions): Promise<void> {
  const waiting = lines.values();
  const worker = async () => {
    for (const line of waiting) {
      if (signal.aborted) return;
      onResult(await sendLine(line, fileId, fileName));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function sendLine(line: Line, fileId: string, fileName: string): Promise<LineResult> {
  const { product, quantity, number } = line;
  if (product === undefined) return { line, outcome: "failed", failure: line.errors.join("; ") };
  try {
    const outcome = await insistently(() => createOrChange(product));
    if (quantity > 0)
      await insistently(() =>
        bodyOf(
          rest.inventory
            .products({ sku: product.sku })
            ["stock-movements"].post(
              { quantity, reason: "receipt", note: `Import of ${fileName}, line ${number}`.slice(0, 500) },
              { headers: { "idempotency-key": `import-${fileId}-${number}` } },
            ),
        ),
      );
    return { line, outcome };
  } catch (error) {
    return { line, outcome: "failed", failure: reasonsOf(error) };
  }
}

async function createOrChange(product: NewProduct): Promise<"created" | "changed" | "unchanged"> {
  const { sku, ...details } = product;
  const call = rest.inventory.products({ sku });
  const [known] = (await bodyOf(rest.inventory.products.get({ query: { sku } }))).items;
  if (known === undefined) {
    await bodyOf(rest.inventory.products.post(product));
    return "created";
  }
  const { description = null, category = null, lowStockThreshold = null } = details;
  const { stock: _, sku: __, ...before } = known;
  if (canonical(before) === canonical(details)) return "unchanged";
  await bodyOf(call.patch({ ...details, description, category, lowStockThreshold }));
  return "changed";
}

function canonical({ name, description, category, unitPrice, lowStockThreshold }: Omit<NewProduct, "sku">) {
  const { amount, currency } = unitPrice;
  return JSON.stringify([name, description, category, amount, currency, lowStockThreshold]);
}

/** Retries while the service is unavailable or too busy. */
async function insistently<Result>(call: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if ((error instanceof CallError && error.isFinal) || attempt === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * attempt));
    }
  }
}
