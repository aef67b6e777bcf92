/** A form field: label, control, and below it a hint or an error. */
import { cloneElement, type VNode } from "preact";
import { useId } from "preact/hooks";

interface Props {
  readonly label: string;
  readonly hint?: string | undefined;
  /** Why the service or the form does not accept the value. */
  readonly error?: string | undefined;
  /** One input, select or textarea. */
  readonly children: VNode<Record<string, unknown>>;
}

export function Field({ label, hint, error, children }: Props): VNode {
  const id = useId();
  const note = error ?? hint;
  return (
    <div class={error === undefined ? "field" : "field wrong"}>
      <label for={id}>{label}</label>
      {cloneElement(children, {
        id,
        "aria-invalid": error === undefined ? undefined : "true",
        "aria-describedby": note === undefined ? undefined : `${id}-note`,
      })}
      {note !== undefined && (
        <p class="note" id={`${id}-note`}>
          {note}
        </p>
      )}
    </div>
  );
}
