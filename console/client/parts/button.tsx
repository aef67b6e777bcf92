import type { ButtonHTMLAttributes, ComponentChildren, VNode } from "preact";

interface Props extends ButtonHTMLAttributes {
  /** `danger` for actions that cannot be undone. */
  readonly kind?: "primary" | "danger" | "quiet" | undefined;
  /** Shows that its action is in progress; it cannot be pressed again meanwhile. */
  readonly busy?: boolean;
  readonly children: ComponentChildren;
}

export function Button({ kind, busy, disabled, children, ...rest }: Props): VNode {
  return (
    <button
      type="button"
      {...rest}
      class={`button ${kind ?? ""}`}
      disabled={disabled || busy}
      aria-busy={busy ? "true" : undefined}
    >
      {children}
    </button>
  );
}
