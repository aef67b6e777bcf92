/** The form that records a stock movement. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { CallError } from "../../api/problem.ts";
import { queries } from "../../api/queries.ts";
import { bodyOf, rest } from "../../api/rest.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { Failed } from "../../parts/states.tsx";
import { toast } from "../../parts/toasts.tsx";

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
  // Sent again after a lost answer, it is booked once.
  const key = useSignal(crypto.randomUUID());
  const failure = useSignal<unknown>(undefined);
  const busy = useSignal(false);
  const problem = failure.value instanceof CallError ? failure.value : undefined;
  const { quantity, reason, note } = movement.value;
  const set = (change: Partial<Movement>) => {
    movement.value = { ...movement.value, ...change };
    key.value = crypto.randomUUID();
  };

  async function record(event: Event): Promise<void> {
    event.preventDefault();
    busy.value = true;
    failure.value = undefined;
    try {
      await bodyOf(
        rest.inventory
          .products({ sku })
          ["stock-movements"].post(
            { quantity: Number(quantity), reason, ...(note.trim() !== "" && { note: note.trim() }) },
            { headers: { "idempotency-key": key.value } },
          ),
      );
      toast({ kind: "success", text: `${quantity} of ${sku} recorded.` });
      await queries.invalidateQueries({ queryKey: ["products"] });
      onClose();
    } catch (error) {
      failure.value = error;
    } finally {
      busy.value = false;
    }
  }
  return (
    <Dialog title={`Record a movement of ${sku}`} onClose={onClose}>
      <form class="fields" onSubmit={record}>
        <Field
          label="Pieces"
          hint="Positive for what came, negative for what went."
          error={problem?.errorAt("/quantity")}
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
        <Field label="Note" error={problem?.errorAt("/note")}>
          <input
            maxLength={500}
            value={note}
            onInput={({ currentTarget: { value } }) => set({ note: value })}
          />
        </Field>
        {failure.value !== undefined && <Failed error={failure.value} />}
        <Button kind="primary" type="submit" busy={busy.value}>
          Record
        </Button>
      </form>
    </Dialog>
  );
}
