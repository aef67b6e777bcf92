/** The action of a form or a dialog. */
import { useMutation } from "@tanstack/preact-query";
import { CallError } from "../api/problem.ts";
import { queries } from "../api/queries.ts";
import { toast } from "./toasts.tsx";

interface ActionOptions {
  /** @returns what was done, in words; nothing where it is said elsewhere */
  act(): Promise<string | undefined>;
  /** The first part of the keys of queries to refetch afterwards: "orders". */
  readonly changes?: string;
  /** Called after a success. */
  onDone?(): void;
}

/** @returns `error` says why it failed, `errorAt` what is wrong with one field of the body */
export function useAction({ act, changes, onDone }: ActionOptions) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: act,
    onSuccess(text) {
      if (text !== undefined) toast({ kind: "success", text });
      if (changes !== undefined) void queries.invalidateQueries({ queryKey: [changes] });
      onDone?.();
    },
  });
  return {
    busy: isPending,
    error,
    errorAt: (pointer: string) => (error instanceof CallError ? error.errorAt(pointer) : undefined),
    run: (event?: Event) => {
      event?.preventDefault();
      mutate();
    },
  };
}
