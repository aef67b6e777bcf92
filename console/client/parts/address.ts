/** A view's filters, kept in the address: it can be shared, and Back undoes a filter. */
import { useSearchParams } from "wouter-preact";

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
