/** Short messages on what was done, at the edge of the page; failures stay until they are closed. */
import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { Button } from "./button.tsx";

interface Toast {
  readonly kind: "success" | "failure";
  readonly text: string;
}

/** Milliseconds that a success is shown. */
const shown = 6_000;
const toasts = signal<readonly Toast[]>([]);

/** @example toast({ kind: "success", text: "The order was cancelled." }) */
export function toast(toast: Toast): void {
  toasts.value = [...toasts.value.slice(-3), toast];
  if (toast.kind === "success") setTimeout(() => close(toast), shown);
}

function close(toast: Toast): void {
  toasts.value = toasts.value.filter((one) => one !== toast);
}

export function Toasts(): VNode {
  return (
    <div class="toasts" aria-live="polite">
      {toasts.value.map((toast, index) => (
        <div key={index} class={`toast ${toast.kind}`}>
          <span>{toast.text}</span>
          <Button kind="quiet" aria-label="Close" onClick={() => close(toast)}>
            ×
          </Button>
        </div>
      ))}
    </div>
  );
}
