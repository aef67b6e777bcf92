/** The head of a view: its heading, which also names the tab, and what stands beside it. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect } from "preact/hooks";

interface Props {
  readonly title: string;
  /** An id, as a part of the heading. */
  readonly code?: string;
  readonly children?: ComponentChildren;
}

export function ViewHead({ title, code, children }: Props): VNode {
  useEffect(() => {
    document.title = [title, code, "· Console"].filter(Boolean).join(" ");
  }, [title, code]);
  useEffect(keepFocus, []);
  return (
    <div class="view-head">
      <h1 tabIndex={-1}>
        {title} {code !== undefined && <code>{code}</code>}
      </h1>
      {children}
    </div>
  );
}

/** Before the person has focused anything, the tab key begins at the top of the page. */
let begun = false;
addEventListener("focusin", () => (begun = true), { once: true });

/** Moves the focus to the heading if what had it is gone, such as the link of a row, once all is drawn. */
export function keepFocus(): void {
  setTimeout(() => {
    if (begun && document.activeElement === document.body)
      document.querySelector("h1")?.focus({ preventScroll: true });
  });
}
