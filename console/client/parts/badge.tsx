import type { ComponentChildren, VNode } from "preact";

export type Tone = "good" | "warn" | "bad" | "plain" | "accent";

interface Props {
  readonly tone: Tone;
  readonly children: ComponentChildren;
}

/** A short state with a colour that only repeats what the text says. */
export function Badge({ tone, children }: Props): VNode {
  return <span class={`badge ${tone}`}>{children}</span>;
}
