import type { ComponentChildren } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { Failed } from "./states.tsx";

/** Shows an error that a view throws while it is drawn, instead of an empty page. */
export function Caught({ children }: { readonly children: ComponentChildren }): ComponentChildren {
  const [error, again] = useErrorBoundary();
  return error === undefined ? children : <Failed error={error} retry={again} />;
}
