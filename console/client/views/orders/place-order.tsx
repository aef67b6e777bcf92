/** The form that places an order. */
import { useSignal } from "@preact/signals";
import { useQuery } from "@tanstack/preact-query";
import type { VNode } from "preact";
import { useLocation } from "wouter-preact";
import { CallError } from "../../api/problem.ts";
import { queries } from "../../api/queries.ts";
import { bodyOf, rest } from "../../api/rest.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { Failed } from "../../parts/states.tsx";
import { toast } from "../../parts/toasts.tsx";
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
  const failure = useSignal<unknown>(undefined);
  const busy = useSignal(false);
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

  async function place(event: Event): Promise<void> {
    event.preventDefault();
    busy.value = true;
    failure.value = undefined;
    try {
      const order = await bodyOf(
        rest.order.orders.post(
          {
            customerId: customerId.value.trim(),
            lines: lines.value.map(({ sku, quantity }) => ({ sku: sku.trim(), quantity: Number(quantity) })),
          },
          { headers: { "idempotency-key": key.value } },
        ),
      );
      toast({ kind: "success", text: "The order is accepted." });
      void queries.invalidateQueries({ queryKey: ["orders"] });
      navigate(`/orders/${order.id}`);
    } catch (error) {
      failure.value = error;
    } finally {
      busy.value = false;
    }
  }

  const problem = failure.value instanceof CallError ? failure.value : undefined;
  return (
    <Dialog title="Place an order" onClose={onClose}>
      <form class="fields" onSubmit={place}>
        <Field label="Customer" error={problem?.errorAt("/customerId")}>
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
              error={problem?.errorAt(`/lines/${index}/sku`) ?? problem?.errorAt(`/lines/${index}`)}
            >
              <input
                required
                list="products"
                value={sku}
                onInput={({ currentTarget: { value } }) => setLine(index, { sku: value })}
              />
            </Field>
            <Field label="Pieces" error={problem?.errorAt(`/lines/${index}/quantity`)}>
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
        {failure.value !== undefined && <Failed error={failure.value} />}
        <Button kind="primary" type="submit" busy={busy.value}>
          Place the order
        </Button>
      </form>
    </Dialog>
  );
}
