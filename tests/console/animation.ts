/** Screenshots as an animated GIF. */
import { applyPalette, GIFEncoder, quantize } from "gifenc";
import { PNG } from "pngjs";

export interface Frame {
  readonly png: Uint8Array;
  /** Milliseconds for which it is shown. */
  readonly delay: number;
}

/** A GIF has 256 colours; the last one is transparent here. */
const colours = 255;
const transparent = colours;

/** Frames of one size. Unchanged pixels are left out to keep the file small. */
export function animate(frames: readonly Frame[]): Uint8Array {
  const pictures = frames.map(({ png, delay }) => ({ ...PNG.sync.read(Buffer.from(png)), delay }));
  const [first] = pictures;
  const last = pictures.at(-1);
  if (!first || !last) throw new Error("an animation needs at least one frame");
  // From two frames that show all colours: at rest, and with everything moving or settled.
  const palette = quantize(Buffer.concat([first.data, last.data]), colours);
  const encoder = GIFEncoder();
  let before: Uint8Array | undefined;
  for (const { data, width, height, delay } of pictures) {
    const indexes = applyPalette(data, palette);
    const changed = indexes.map((index, at) => (before?.[at] === index ? transparent : index));
    encoder.writeFrame(changed, width, height, {
      ...(before === undefined && { palette: [...palette, [0, 0, 0]] }),
      delay,
      transparent: before !== undefined,
      transparentIndex: transparent,
      dispose: 1,
    });
    before = indexes;
  }
  encoder.finish();
  return encoder.bytes();
}
