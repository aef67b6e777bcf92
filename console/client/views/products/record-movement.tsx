/** The form that records a stock movement. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { Failed } from "../../parts/states.tsx";
import { useAction } from "../../parts/use-action.ts";
import { signed } from "../../parts/values.tsx";

const reasons = ["receipt", "return", "correction", "loss"] as const;

interface Movement {
  readonly quantity: string;
  readonly reason: (typeof reasons)[number];
  readonly note: string;
}

interface Props {
  readonly sku: string;
  onClose(): void;
}

export function RecordMovement({ sku, onClose }: Props): VNode {
  const movement = useSignal<Movement>({ quantity: "", reason: "receipt", note: "" });
  // Repeating the request after a lost answer records the movement only once.
  const key = useSignal(crypto.randomUUID());
  const { quantity, reason, note } = movement.value;
  const set = (change: Partial<Movement>) => {
    movement.value = { ...movement.value, ...change };
    key.value = crypto.randomUUID();
  };

  const { run, busy, error, errorAt } = useAction({
    async act() {
      await bodyOf(
        rest.inventory
          .products({ sku })
          ["stock-movements"].post(
            { quantity: Number(quantity), reason, ...(note.trim() !== "" && { note: note.trim() }) },
            { headers: { "idempotency-key": key.value } },
          ),
      );
      return `Recorded a movement of ${signed(Number(quantity))} ${sku}.`;
    },
    changes: "products",
    onDone: onClose,
  });
  return (
    <Dialog title={`Record a movement of ${sku}`} onClose={onClose}>
      <form class="fields" onSubmit={run}>
        <Field
          label="Quantity"
          hint="Positive for stock received, negative for stock removed."
          error={errorAt("/quantity")}
        >
          <input
            required
            type="number"
            value={quantity}
            onInput={({ currentTarget: { value } }) => set({ quantity: value })}
          />
        </Field>
        <Field label="Reason">
          <select
            value={reason}
            onChange={({ currentTarget: { value } }) =>
              set({ reason: reasons.find((one) => one === value) ?? "receipt" })
            }
          >
            {reasons.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </Field>
        <Field label="Note" error={errorAt("/note")}>
          <input
            maxLength={500}
            value={note}
            onInput={({ currentTarget: { value } }) => set({ note: value })}
          />
        </Field>
        {error && <Failed error={error} />}
        <Button kind="primary" type="submit" busy={busy}>
          Record
        </Button>
      </form>
    </Dialog>
  );
}
