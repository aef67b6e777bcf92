/** A view's filters, kept in the address: it can be shared, and Back undoes a filter. */
import type { VNode } from "preact";
import { useSearchParams } from "wouter-preact";
import { Field } from "./field.tsx";

/** @example const [{ status }, change] = useFilters("status", "customerId") */
export function useFilters<Name extends string>(...names: readonly Name[]) {
  const [params, setParams] = useSearchParams();
  const filters: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = params.get(name);
    if (value !== null && value !== "") filters[name] = value;
  }
  /** An empty text removes a filter. What changes nothing is no step that Back would undo. */
  function change(changes: Partial<Record<Name, string>>): void {
    const next = new URLSearchParams(location.search);
    const before = next.toString();
    for (const [name, value] of Object.entries<string | undefined>(changes)) {
      if (value === undefined || value === "") next.delete(name);
      else next.set(name, value);
    }
    if (next.toString() !== before) setParams(next);
  }
  return [filters, change] as const;
}

interface Props {
  readonly label: string;
  /** Of the parameter in the address. */
  readonly name: string;
}

/** A text; it applies once Enter is pressed or the focus leaves. */
export function TextFilter({ label, name, example }: Props & { readonly example?: string }): VNode {
  const [{ [name]: text = "" }, change] = useFilters(name);
  return (
    <Field label={label}>
      <input
        type="search"
        value={text}
        placeholder={example}
        onChange={({ currentTarget }) => change({ [name]: currentTarget.value.trim() })}
      />
    </Field>
  );
}

interface ChoiceProps extends Props {
  readonly options: readonly string[];
  /** Says that none is chosen. */
  readonly none: string;
}

export function ChoiceFilter({ label, name, options, none }: ChoiceProps): VNode {
  const [{ [name]: chosen }, change] = useFilters(name);
  return (
    <Field label={label}>
      <select
        value={options.find((option) => option === chosen) ?? ""}
        onChange={({ currentTarget }) => change({ [name]: currentTarget.value })}
      >
        <option value="">{none}</option>
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </Field>
  );
}

/** In the person's time zone; in the address, RFC 3339. */
export function TimeFilter({ label, name }: Props): VNode {
  const [{ [name]: at = "" }, change] = useFilters(name);
  const date = new Date(at);
  const local = Number.isNaN(date.getTime())
    ? ""
    : new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  return (
    <Field label={label}>
      <input
        type="datetime-local"
        value={local}
        onChange={({ currentTarget: { value } }) =>
          change({ [name]: value === "" ? "" : new Date(value).toISOString() })
        }
      />
    </Field>
  );
}
