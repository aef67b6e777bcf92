/** A modal dialog of the browser: it keeps the focus inside, and Escape closes it. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Button } from "./button.tsx";
import { Failed } from "./states.tsx";

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  onClose(): void;
}

/** Shown as long as it is rendered. */
export function Dialog({ title, children, onClose }: DialogProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <header>
        <h2 id={id}>{title}</h2>
        <Button kind="quiet" aria-label="Close" onClick={() => dialog.current?.close()}>
          ×
        </Button>
      </header>
      {children}
    </dialog>
  );
}

interface ConfirmProps {
  readonly title: string;
  /** What will happen, so that one can decide. */
  readonly children: ComponentChildren;
  /** Of the button: "Delete 3 messages". */
  readonly action: string;
  readonly danger?: boolean;
  /** Stays open while it runs, and shows why it failed. */
  onConfirm(): Promise<unknown>;
  onClose(): void;
}

export function Confirm({ title, children, action, danger, onConfirm, onClose }: ConfirmProps): VNode {
  const busy = useSignal(false);
  const failure = useSignal<unknown>(undefined);
  const confirm = async () => {
    busy.value = true;
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      failure.value = error;
    } finally {
      busy.value = false;
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div>{children}</div>
      {failure.value !== undefined && <Failed error={failure.value} />}
      <div class="actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind={danger ? "danger" : "primary"} busy={busy.value} onClick={confirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
