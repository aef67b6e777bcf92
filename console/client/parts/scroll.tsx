import type { ComponentChildren, VNode } from "preact";

interface Props {
  readonly label: string;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** Makes content that is wider than the page scroll separately. */
export function Scroll({ label, class: name = "", children }: Props): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it, the arrow keys could not scroll it.
    <section class={`scroll ${name}`} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
