/** The form that places an order. */
import { useSignal } from "@preact/signals";
import { useQuery } from "@tanstack/preact-query";
import type { VNode } from "preact";
import { useLocation } from "wouter-preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { Failed } from "../../parts/states.tsx";
import { useAction } from "../../parts/use-action.ts";
import { may, session } from "../../session/session.ts";

interface Line {
  readonly sku: string;
  readonly quantity: string;
}

const newLine: Line = { sku: "", quantity: "1" };

export function PlaceOrder({ onClose }: { onClose(): void }): VNode {
  const [, navigate] = useLocation();
  // Who sees only their own orders orders for themselves.
  const limited = !may("stock:read");
  const customerId = useSignal(limited ? (session.value?.subject ?? "") : "");
  const lines = useSignal<readonly Line[]>([newLine]);
  // One for the dialog: sent again after a lost answer, the order is placed once.
  const key = useSignal(crypto.randomUUID());
  const products = useQuery({
    queryKey: ["products", "names"],
    queryFn: () => bodyOf(rest.inventory.products.get({ query: { limit: 100 } })),
  });
  const changed = (change: () => void) => {
    change();
    key.value = crypto.randomUUID();
  };
  const setLine = (index: number, line: Partial<Line>) =>
    changed(() => {
      lines.value = lines.value.map((one, at) => (at === index ? { ...one, ...line } : one));
    });

  const { run, busy, error, errorAt } = useAction({
    async act() {
      const order = await bodyOf(
        rest.order.orders.post(
          {
            customerId: customerId.value.trim(),
            lines: lines.value.map(({ sku, quantity }) => ({ sku: sku.trim(), quantity: Number(quantity) })),
          },
          { headers: { "idempotency-key": key.value } },
        ),
      );
      navigate(`/orders/${order.id}`);
      return "Order accepted.";
    },
    changes: "orders",
  });
  return (
    <Dialog title="Place an order" onClose={onClose}>
      <form class="fields" onSubmit={run}>
        <Field label="Customer" error={errorAt("/customerId")}>
          <input
            required
            readOnly={limited}
            value={customerId.value}
            onInput={({ currentTarget: { value } }) => changed(() => (customerId.value = value))}
          />
        </Field>
        <datalist id="products">
          {products.data?.items.map(({ sku, name }) => (
            <option key={sku} value={sku}>
              {name}
            </option>
          ))}
        </datalist>
        {lines.value.map(({ sku, quantity }, index) => (
          <div key={index} class="line">
            <Field
              label="Product (SKU)"
              hint={
                products.data?.items.length === 0 ? "There are no products yet: create one first." : undefined
              }
              error={errorAt(`/lines/${index}/sku`) ?? errorAt(`/lines/${index}`)}
            >
              <input
                required
                list="products"
                value={sku}
                onInput={({ currentTarget: { value } }) => setLine(index, { sku: value })}
              />
            </Field>
            <Field label="Quantity" error={errorAt(`/lines/${index}/quantity`)}>
              <input
                required
                type="number"
                min="1"
                value={quantity}
                onInput={({ currentTarget: { value } }) => setLine(index, { quantity: value })}
              />
            </Field>
            <Button
              kind="quiet"
              aria-label={`Remove line ${index + 1}`}
              disabled={lines.value.length === 1}
              onClick={() => changed(() => (lines.value = lines.value.filter((_, at) => at !== index)))}
            >
              ×
            </Button>
          </div>
        ))}
        <Button onClick={() => changed(() => (lines.value = [...lines.value, newLine]))}>Add a line</Button>
        {error && <Failed error={error} />}
        <Button kind="primary" type="submit" busy={busy}>
          Place the order
        </Button>
      </form>
    </Dialog>
  );
}
