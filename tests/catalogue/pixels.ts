import { PNG } from "pngjs";

export interface Difference {
  /** Width and height, as "800x600". */
  readonly sizes: readonly [string, string];
  /** Share of pixels, from 0 to 1, with a channel that differs by more than a quarter. */
  readonly share: number;
}

/** The difference between two pictures. */
export function compareImages(expected: Buffer, seen: Buffer): Difference {
  const [a, b] = [PNG.sync.read(expected), PNG.sync.read(seen)];
  let different = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    const apart = [0, 1, 2].some(
      (channel) => Math.abs((a.data[at + channel] ?? 0) - (b.data[at + channel] ?? 0)) > 64,
    );
    if (apart) different += 1;
  }
  return {
    sizes: [`${a.width}x${a.height}`, `${b.width}x${b.height}`],
    share: different / (a.data.length / 4),
  };
}
