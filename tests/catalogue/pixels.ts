/** The difference between two pictures, computed in a page because a browser can decode PNG. */
import type { Page } from "playwright-core";

export interface Difference {
  /** Width and height, as "800x600". */
  readonly sizes: readonly [string, string];
  /** Share of pixels, from 0 to 1, with a channel that differs by more than a quarter. */
  readonly share: number;
}

/** @param page any page that may show images from `data:` */
export async function compareImages(page: Page, expected: Uint8Array, seen: Uint8Array): Promise<Difference> {
  const sources = [expected, seen].map(
    (png) => `data:image/png;base64,${Buffer.from(png).toString("base64")}`,
  );
  return await page.evaluate(async (images) => {
    const [a, b] = await Promise.all(
      images.map(async (source) => {
        const image = new Image();
        image.src = source;
        await image.decode();
        const canvas = document.createElement("canvas");
        canvas.width = image.width;
        canvas.height = image.height;
        const context = canvas.getContext("2d");
        if (!context) throw new Error("the browser has no canvas");
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, image.width, image.height);
        return { size: `${image.width}x${image.height}`, data };
      }),
    );
    if (!a || !b) throw new Error("two images are needed");
    let different = 0;
    for (let at = 0; at < a.data.length; at += 4) {
      const apart = [0, 1, 2].some(
        (channel) => Math.abs((a.data[at + channel] ?? 0) - (b.data[at + channel] ?? 0)) > 64,
      );
      if (apart) different += 1;
    }
    return { sizes: [a.size, b.size] as const, share: different / (a.data.length / 4) };
  }, sources);
}
