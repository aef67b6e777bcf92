import type { ComponentChildren, VNode } from "preact";

interface Props {
  readonly class?: string;
  /** By name; those without a value are left out. */
  readonly of: Readonly<Record<string, ComponentChildren>>;
}

/** Names and values. */
export function Facts({ class: name = "facts", of }: Props): VNode {
  const known = Object.entries(of).filter(([, value]) => value !== undefined && value !== "");
  return (
    <dl class={name}>
      {known.map(([title, value]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
