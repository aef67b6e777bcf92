import type { VNode } from "preact";

export function Brand(): VNode {
  return (
    <span class="brand">
      <svg width="22" height="22" viewBox="0 0 16 16" aria-hidden="true">
        <rect width="16" height="16" rx="4" />
        <path d="M3 8h4m2 0h4M7 5.5h2v5H7z" />
      </svg>
      Console
    </span>
  );
}
