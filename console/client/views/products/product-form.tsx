/** The form that creates or changes a product. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useLocation } from "wouter-preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { Failed } from "../../parts/states.tsx";
import { useAction } from "../../parts/use-action.ts";
import { decimalOf, minorUnits } from "../../parts/values.tsx";
import type { Product } from "./product-shapes.tsx";

/** The fields as text; empty ones are omitted. */
type Texts = Record<"sku" | "name" | "description" | "category" | "price" | "currency" | "threshold", string>;

interface FormProps {
  readonly title: string;
  readonly start: Texts;
  readonly fixedSku?: boolean;
  readonly action: string;
  /** @returns what was done, in words */
  save(texts: Texts): Promise<string>;
  onClose(): void;
}

function ProductForm({ title, start, fixedSku, action, save, onClose }: FormProps): VNode {
  const texts = useSignal(start);
  const { run, busy, error, errorAt } = useAction({
    act: () => save(texts.value),
    changes: "products",
    onDone: onClose,
  });
  const price = minorUnits(texts.value.price, texts.value.currency);
  const badPrice =
    texts.value.price !== "" && price === undefined ? "is not a valid price in this currency" : undefined;

  function submit(event: Event): void {
    if (price === undefined) event.preventDefault();
    else run(event);
  }
  const input = (name: keyof Texts, more: Record<string, unknown> = {}) => (
    <input
      {...more}
      value={texts.value[name]}
      onInput={({ currentTarget: { value } }: { currentTarget: HTMLInputElement }) => {
        texts.value = { ...texts.value, [name]: value };
      }}
    />
  );
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="fields" onSubmit={submit}>
        <Field label="SKU" error={errorAt("/sku")}>
          {input("sku", { required: true, readOnly: fixedSku })}
        </Field>
        <Field label="Name" error={errorAt("/name")}>
          {input("name", { required: true })}
        </Field>
        <Field label="Description" error={errorAt("/description")}>
          {input("description")}
        </Field>
        <Field label="Category" error={errorAt("/category")}>
          {input("category")}
        </Field>
        <div class="line">
          <Field label="Unit price" error={errorAt("/unitPrice/amount") ?? badPrice}>
            {input("price", { required: true, inputMode: "decimal" })}
          </Field>
          <Field label="Currency" error={errorAt("/unitPrice/currency")}>
            {input("currency", { required: true, pattern: "[A-Z]{3}", maxLength: 3 })}
          </Field>
        </div>
        <Field
          label="Low-stock threshold"
          hint="Operators are notified when no more than this is available. Leave empty for no notification."
          error={errorAt("/lowStockThreshold")}
        >
          {input("threshold", { type: "number", min: 0 })}
        </Field>
        {error && <Failed error={error} />}
        <Button kind="primary" type="submit" busy={busy}>
          {action}
        </Button>
      </form>
    </Dialog>
  );
}

const optional = <Name extends string, Value>(name: Name, text: string, value: Value) =>
  (text.trim() === "" ? {} : { [name]: value }) as { [key in Name]?: Value };

function priceOf({ price, currency }: Texts) {
  return { amount: minorUnits(price, currency) ?? 0, currency };
}

const nothing: Texts = {
  sku: "",
  name: "",
  description: "",
  category: "",
  price: "",
  currency: "EUR",
  threshold: "",
};

export function CreateProduct({ onClose }: { onClose(): void }): VNode {
  const [, navigate] = useLocation();
  const key = useSignal(crypto.randomUUID());
  const save = async (texts: Texts) => {
    const product = {
      sku: texts.sku.trim(),
      name: texts.name.trim(),
      ...optional("description", texts.description, texts.description.trim()),
      ...optional("category", texts.category, texts.category.trim()),
      unitPrice: priceOf(texts),
      ...optional("lowStockThreshold", texts.threshold, Number(texts.threshold)),
    };
    // A changed body must be a new request.
    const headers = { "idempotency-key": `${key.value}-${hashOf(JSON.stringify(product))}` };
    await bodyOf(rest.inventory.products.post(product, { headers }));
    navigate(`/products/${product.sku}`);
    return `Product ${product.sku} created.`;
  };
  return (
    <ProductForm title="Create a product" start={nothing} action="Create" save={save} onClose={onClose} />
  );
}

function hashOf(text: string): string {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash.toString(16);
}

interface ChangeProps {
  readonly product: Product;
  onClose(): void;
}

export function ChangeProduct({ product, onClose }: ChangeProps): VNode {
  const { sku, name, description = "", category = "", unitPrice, lowStockThreshold } = product;
  const start: Texts = {
    sku,
    name,
    description,
    category,
    price: decimalOf(unitPrice),
    currency: unitPrice.currency,
    threshold: lowStockThreshold === undefined ? "" : String(lowStockThreshold),
  };
  const save = async (texts: Texts) => {
    const orNull = (text: string) => (text.trim() === "" ? null : text.trim());
    await bodyOf(
      rest.inventory.products({ sku }).patch({
        name: texts.name.trim(),
        description: orNull(texts.description),
        category: orNull(texts.category),
        unitPrice: priceOf(texts),
        lowStockThreshold: texts.threshold.trim() === "" ? null : Number(texts.threshold),
      }),
    );
    return `Product ${sku} changed.`;
  };
  return (
    <ProductForm title={`Change ${sku}`} start={start} fixedSku action="Save" save={save} onClose={onClose} />
  );
}
