/** Placeholders for data: loading, empty, or an error. */
import type { ComponentChildren, VNode } from "preact";
import { CallError } from "../api/problem.ts";
import { Button } from "./button.tsx";

export function Loading({ what }: { readonly what: string }): VNode {
  return (
    <p class="state loading" role="status">
      Loading {what} …
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
  const title = error instanceof CallError ? error.problem.title : "Something went wrong";
  const detail = error instanceof CallError ? error.problem.detail : String(error);
  return (
    <div class="state failed" role="alert">
      <h2>{title}</h2>
      {detail !== undefined && <p>{detail}</p>}
      {retry && <Button onClick={() => retry()}>Try again</Button>}
    </div>
  );
}
