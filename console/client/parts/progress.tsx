import type { VNode } from "preact";

interface Props {
  readonly label: string;
  readonly done: number;
  readonly of: number;
}

export function Progress({ label, done, of }: Props): VNode {
  return (
    <div class="progress">
      <span>
        {label} <b>{done.toLocaleString("en")}</b> of {of.toLocaleString("en")}
      </span>
      <progress aria-label={label} value={done} max={Math.max(of, 1)} />
    </div>
  );
}
