/** The form that places an order. */
import { useSignal } from "@preact/signals";
import { useQuery } from "@tanstack/preact-query";
import type { VNode } from "preact";
import { useLocation } from "wouter-preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { Button } from "../../parts/button.tsx";
import { FormDialog, textIn } from "../../parts/dialog.tsx";
import { Input } from "../../parts/field.tsx";
import { useIdempotencyKey } from "../../parts/idempotency-key.ts";
import { may, session } from "../../session/session.ts";

export function PlaceOrder({ onClose }: { onClose(): void }): VNode {
  const [, navigate] = useLocation();
  // Who sees only their own orders orders for themselves.
  const limited = !may("stock:read");
  /** Of each line, a number that it keeps when another one is removed. */
  const lines = useSignal<readonly number[]>([0]);
  const keyFor = useIdempotencyKey();
  const products = useQuery({
    queryKey: ["products", "names"],
    queryFn: () => bodyOf(rest.inventory.products.get({ query: { limit: 100 } })),
  });
  const known = products.data?.items;
  const act = async (form: FormData) => {
    const wanted = {
      customerId: textIn(form, "/customerId"),
      lines: lines.value.map((_, index) => ({
        sku: textIn(form, `/lines/${index}/sku`),
        quantity: Number(textIn(form, `/lines/${index}/quantity`)),
      })),
    };
    const order = await bodyOf(rest.order.orders.post(wanted, { headers: keyFor(wanted) }));
    navigate(`/orders/${order.id}`);
    return "Order accepted.";
  };
  return (
    <FormDialog title="Place an order" action="Place the order" act={act} changes="orders" onClose={onClose}>
      <Input
        label="Customer"
        name="/customerId"
        required
        readOnly={limited}
        defaultValue={limited ? session.value?.subject : ""}
      />
      <datalist id="products">
        {known?.map(({ sku, name }) => (
          <option key={sku} value={sku}>
            {name}
          </option>
        ))}
      </datalist>
      {lines.value.map((line, index) => (
        <div key={line} class="line">
          <Input
            label="Product (SKU)"
            hint={known?.length === 0 ? "There are no products yet: create one first." : undefined}
            name={`/lines/${index}/sku`}
            required
            list="products"
          />
          <Input
            label="Quantity"
            name={`/lines/${index}/quantity`}
            required
            type="number"
            min="1"
            defaultValue="1"
          />
          <Button
            kind="quiet"
            aria-label={`Remove line ${index + 1}`}
            disabled={lines.value.length === 1}
            onClick={() => (lines.value = lines.value.filter((one) => one !== line))}
          >
            ×
          </Button>
        </div>
      ))}
      <Button onClick={() => (lines.value = [...lines.value, Math.max(...lines.value) + 1])}>
        Add a line
      </Button>
    </FormDialog>
  );
}
