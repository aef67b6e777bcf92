/** The form that creates or changes a product. */
import type { VNode } from "preact";
import { useLocation } from "wouter-preact";
import { CallError } from "../../api/problem.ts";
import { bodyOf, rest } from "../../api/rest.ts";
import { FormDialog, textIn } from "../../parts/dialog.tsx";
import { Input } from "../../parts/field.tsx";
import { useIdempotencyKey } from "../../parts/idempotency-key.ts";
import { decimalOf, minorUnits } from "../../parts/values.tsx";
import type { Product } from "./product-shapes.tsx";

interface Props {
  /** The product to change. @default a new one is created */
  readonly product?: Product;
  onClose(): void;
}

export function ProductForm({ product, onClose }: Props): VNode {
  const [, navigate] = useLocation();
  const keyFor = useIdempotencyKey();
  const act = async (form: FormData) => {
    const text = (name: string) => textIn(form, name);
    const sku = text("/sku");
    const description = text("/description");
    const category = text("/category");
    const threshold = text("/lowStockThreshold");
    const required = { name: text("/name"), unitPrice: priceIn(form) };
    if (product) {
      await bodyOf(
        rest.inventory.products({ sku }).patch({
          ...required,
          description: description || null,
          category: category || null,
          lowStockThreshold: threshold === "" ? null : Number(threshold),
        }),
      );
      return `Product ${sku} changed.`;
    }
    const created = {
      sku,
      ...required,
      ...(description !== "" && { description }),
      ...(category !== "" && { category }),
      ...(threshold !== "" && { lowStockThreshold: Number(threshold) }),
    };
    await bodyOf(rest.inventory.products.post(created, { headers: keyFor(created) }));
    navigate(`/products/${sku}`);
    return `Product ${sku} created.`;
  };
  const { sku, name, description, category, unitPrice, lowStockThreshold } = product ?? {};
  return (
    <FormDialog
      title={product ? `Change ${sku}` : "Create a product"}
      action={product ? "Save" : "Create"}
      act={act}
      changes="products"
      onClose={onClose}
    >
      <Input label="SKU" name="/sku" required readOnly={product !== undefined} defaultValue={sku} />
      <Input label="Name" name="/name" required defaultValue={name} />
      <Input label="Description" name="/description" defaultValue={description} />
      <Input label="Category" name="/category" defaultValue={category} />
      <div class="line">
        <Input
          label="Unit price"
          name="/unitPrice/amount"
          required
          inputMode="decimal"
          defaultValue={unitPrice && decimalOf(unitPrice)}
        />
        <Input
          label="Currency"
          name="/unitPrice/currency"
          required
          pattern="[A-Z]{3}"
          maxLength={3}
          defaultValue={unitPrice?.currency ?? "EUR"}
        />
      </div>
      <Input
        label="Low-stock threshold"
        hint="Operators are notified when no more than this is available. Leave empty for no notification."
        name="/lowStockThreshold"
        type="number"
        min={0}
        defaultValue={lowStockThreshold}
      />
    </FormDialog>
  );
}

/** @throws CallError as the service would refuse it */
function priceIn(form: FormData): Product["unitPrice"] {
  const currency = textIn(form, "/unitPrice/currency");
  const amount = minorUnits(textIn(form, "/unitPrice/amount"), currency);
  if (amount !== undefined) return { amount, currency };
  const detail = "is not a valid price in this currency";
  throw new CallError(422, { title: "Invalid input", errors: [{ pointer: "/unitPrice/amount", detail }] });
}
