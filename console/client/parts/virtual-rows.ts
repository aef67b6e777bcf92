/** Determines which rows of a long table are visible while the window scrolls. All rows have the same height. */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";

/** Pixels; the style sheet gives every row of a list this height. */
const rowHeight = 44;
/** Extra rows rendered beyond each edge, so that scrolling shows no gap. */
const beyond = 12;

interface Options {
  readonly table: RefObject<HTMLElement>;
  readonly count: number;
  /** Called when the last row becomes visible. */
  readonly onEnd: (() => unknown) | undefined;
}

export function useVirtualRows({ table, count, onEnd }: Options) {
  const [top, setTop] = useState(0);
  useEffect(() => {
    // In whole steps, so that few scroll events cause a new rendering.
    const look = () => {
      const above = -(table.current?.getBoundingClientRect().top ?? 0);
      setTop(Math.max(0, Math.floor(above / rowHeight / 4) * 4));
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, [table]);

  const first = Math.max(0, Math.min(top, count) - beyond);
  const last = Math.min(count, top + Math.ceil(window.innerHeight / rowHeight) + beyond);
  const atEnd = last >= count;
  useLayoutEffect(() => {
    if (atEnd) onEnd?.();
  }, [atEnd, count]);
  return { first, last, before: first * rowHeight, after: (count - last) * rowHeight };
}
