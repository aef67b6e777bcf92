import { useRef } from "preact/hooks";

/** @returns the headers of a request: equal bodies have the same key, so that repeating one after a lost answer does nothing twice */
export function useIdempotencyKey() {
  const last = useRef({ text: "", key: "" });
  return (body: object): { readonly "idempotency-key": string } => {
    const text = JSON.stringify(body);
    if (last.current.text !== text) last.current = { text, key: crypto.randomUUID() };
    return { "idempotency-key": last.current.key };
  };
}
