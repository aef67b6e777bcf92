/** Placeholders for data: loading, empty, or an error. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { CallError, messageOf } from "../api/problem.ts";
import { Button } from "./button.tsx";

/** Milliseconds after which it says that there is no answer yet. */
const patience = 5_000;

export function Loading({ what }: { readonly what: string }): VNode {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), patience);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class="state loading" role="status">
      Loading {what} …{slow && " The service has not responded yet."}
    </p>
  );
}

interface EmptyProps {
  readonly title: string;
  readonly children?: ComponentChildren;
}

export function Empty({ title, children }: EmptyProps): VNode {
  return (
    <div class="state">
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}

interface FailedProps {
  readonly error: unknown;
  /** Offered as a button. */
  readonly retry?: (() => unknown) | undefined;
}

export function Failed({ error, retry }: FailedProps): VNode {
  const { problem, reasons, isFinal } =
    error instanceof CallError ? error : { problem: undefined, reasons: [], isFinal: false };
  const { title, detail } = problem ?? { title: "Something went wrong", detail: messageOf(error) };
  return (
    <div class="state failed" role="alert">
      <h2>{title}</h2>
      {detail !== undefined && <p>{detail}</p>}
      {reasons.length > 0 && (
        <ul>
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {retry && !isFinal && <Button onClick={() => retry()}>Try again</Button>}
    </div>
  );
}
