/** A modal dialog of the browser: it keeps the focus inside, and Escape closes it. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Button } from "./button.tsx";
import { Failed } from "./states.tsx";
import { useAction } from "./use-action.ts";
import { keepFocus } from "./view-head.tsx";

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  onClose(): void;
}

/** Shown as long as it is rendered. */
export function Dialog({ title, children, onClose }: DialogProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      // Removed while it is open, it would not return the focus.
      shown?.close();
      keepFocus();
    };
  }, []);
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
  /** What will happen, so that the person can decide. */
  readonly children: ComponentChildren;
  /** Label of the button: "Delete 3 messages". */
  readonly action: string;
  readonly danger?: boolean;
  /** Stays open while it runs, and shows why it failed. @returns what was done, in words */
  onConfirm(): Promise<string>;
  /** The first part of the keys of queries to refetch afterwards: "orders". */
  readonly changes: string;
  onClose(): void;
}

export function Confirm(props: ConfirmProps): VNode {
  const { title, children, action, danger, onConfirm, changes, onClose } = props;
  const { run, busy, error } = useAction({ act: onConfirm, changes, onDone: onClose });
  return (
    <Dialog title={title} onClose={onClose}>
      <div>{children}</div>
      {error && <Failed error={error} />}
      <div class="actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind={danger ? "danger" : "primary"} busy={busy} onClick={() => run()}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
