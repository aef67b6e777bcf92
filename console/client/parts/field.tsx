/** A field of a form: label, control, and below it a hint or an error. */
import { cloneElement, createContext, type InputHTMLAttributes, type VNode } from "preact";
import { useContext, useId } from "preact/hooks";
import { CallError } from "../api/problem.ts";

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  /** Why the value is not accepted. */
  readonly error?: string | undefined;
  /** One input, select or textarea. */
  readonly children: VNode<Record<string, unknown>>;
}

export function Field({ label, hint, error, children }: FieldProps): VNode {
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

/** Why the request of the form was refused. */
export const Refusal = createContext<unknown>(undefined);

interface InputProps extends InputHTMLAttributes {
  readonly label: string;
  readonly hint?: string | undefined;
  /** The JSON pointer of its part of the request's body, if it has one. */
  readonly name: string;
}

/** A text or a number of a form, with what is wrong with it. */
export function Input({ label, hint, ...input }: InputProps): VNode {
  const refusal = useContext(Refusal);
  const error = refusal instanceof CallError ? refusal.errorAt(input.name) : undefined;
  return (
    <Field label={label} hint={hint} error={error}>
      <input {...input} />
    </Field>
  );
}
