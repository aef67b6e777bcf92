/** Which rows of a long table are in sight, while the window scrolls. */
import {
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  type VirtualizerOptions,
  windowScroll,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";

/** Pixels; the style sheet gives every row of a list this height. */
const rowHeight = 44;

interface Options {
  readonly table: RefObject<HTMLElement>;
  readonly count: number;
  /** Called when the last row comes in sight. */
  readonly onEnd: (() => unknown) | undefined;
}

export function useVirtualRows({ table, count, onEnd }: Options) {
  const [, draw] = useReducer((drawn: number) => drawn + 1, 0);
  const options: VirtualizerOptions<Window, Element> = {
    count,
    estimateSize: () => rowHeight,
    getScrollElement: () => window,
    initialOffset: () => window.scrollY,
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    scrollMargin: table.current === null ? 0 : table.current.getBoundingClientRect().top + window.scrollY,
    overscan: 12,
    onChange: () => draw(0),
  };
  const [virtualizer] = useState(() => new Virtualizer(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());

  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = (items.at(-1)?.index ?? -1) + 1;
  const atEnd = last >= count;
  useLayoutEffect(() => {
    if (atEnd) onEnd?.();
  }, [atEnd, count]);
  return { first, last, before: first * rowHeight, after: (count - last) * rowHeight };
}
