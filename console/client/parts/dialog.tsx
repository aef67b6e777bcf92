/** A modal dialog of the browser: it keeps the focus inside, and Escape closes it. */
import { useMutation } from "@tanstack/preact-query";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { queries } from "../api/queries.ts";
import { Button } from "./button.tsx";
import { Refusal } from "./field.tsx";
import { Failed } from "./states.tsx";
import { toast } from "./toasts.tsx";
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

interface FormDialogProps extends DialogProps {
  /** Label of the button that sends it: "Place the order". */
  readonly action: string;
  /** It cannot be undone. */
  readonly danger?: boolean;
  /** Stays open while it runs, and shows why it failed. @returns what was done, in words */
  act(form: FormData): Promise<string>;
  /** The first part of the keys of queries to refetch afterwards: "orders". */
  readonly changes?: string;
}

/** @example const email = textIn(form, "/email") */
export const textIn = (form: FormData, name: string) => String(form.get(name) ?? "").trim();

/** A dialog that does something when it is confirmed. */
export function FormDialog(props: FormDialogProps): VNode {
  const { title, action, danger, act, changes, onClose, children } = props;
  const { mutate, isPending, error } = useMutation({
    mutationFn: act,
    onSuccess(text) {
      toast({ kind: "success", text });
      if (changes !== undefined) void queries.invalidateQueries({ queryKey: [changes] });
      onClose();
    },
  });
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault();
          mutate(new FormData(event.currentTarget));
        }}
      >
        <Refusal.Provider value={error}>{children}</Refusal.Provider>
        {error && <Failed error={error} />}
        <div class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind={danger ? "danger" : "primary"} type="submit" busy={isPending}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
