import type { ComponentChildren, VNode } from "preact";

export type Tone = "good" | "warn" | "bad" | "plain" | "accent";

/** A short state in a colour; the text alone says it too. */
export function Badge({
  tone,
  children,
}: {
  readonly tone: Tone;
  readonly children: ComponentChildren;
}): VNode {
  return <span class={`badge ${tone}`}>{children}</span>;
}
