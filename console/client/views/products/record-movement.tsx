/** The form that records a stock movement. */
import type { VNode } from "preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { FormDialog, textIn } from "../../parts/dialog.tsx";
import { Field, Input } from "../../parts/field.tsx";
import { useIdempotencyKey } from "../../parts/idempotency-key.ts";
import { signed } from "../../parts/values.tsx";

const reasons = ["receipt", "return", "correction", "loss"] as const;

interface Props {
  readonly sku: string;
  onClose(): void;
}

export function RecordMovement({ sku, onClose }: Props): VNode {
  const keyFor = useIdempotencyKey();
  const act = async (form: FormData) => {
    const note = textIn(form, "/note");
    const movement = {
      quantity: Number(textIn(form, "/quantity")),
      reason: reasons.find((one) => one === textIn(form, "/reason")) ?? "receipt",
      ...(note !== "" && { note }),
    };
    const headers = keyFor(movement);
    await bodyOf(rest.inventory.products({ sku })["stock-movements"].post(movement, { headers }));
    return `Recorded a movement of ${signed(movement.quantity)} ${sku}.`;
  };
  const title = `Record a movement of ${sku}`;
  return (
    <FormDialog title={title} action="Record" act={act} changes="products" onClose={onClose}>
      <Input
        label="Quantity"
        hint="Positive for stock received, negative for stock removed."
        name="/quantity"
        required
        type="number"
      />
      <Field label="Reason">
        <select name="/reason">
          {reasons.map((reason) => (
            <option key={reason}>{reason}</option>
          ))}
        </select>
      </Field>
      <Input label="Note" name="/note" maxLength={500} />
    </FormDialog>
  );
}
