/** The parts of gifenc that are used; it has no types of its own. */
declare module "gifenc" {
  type Palette = number[][];
  interface FrameOptions {
    readonly palette?: Palette;
    readonly delay?: number;
    readonly transparent?: boolean;
    readonly transparentIndex?: number;
    readonly dispose?: number;
  }
  interface Encoder {
    writeFrame(indexes: Uint8Array, width: number, height: number, options: FrameOptions): void;
    finish(): void;
    bytes(): Uint8Array;
  }
  function GIFEncoder(): Encoder;
  function quantize(rgba: Uint8Array, colours: number): Palette;
  function applyPalette(rgba: Uint8Array, palette: Palette): Uint8Array;
}
