/** Accessibility violations in an open page, found by axe-core. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type Axe from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** Exists in the page once the source has run there. */
declare const axe: typeof Axe;

/** The rules about colours, which take longest. */
export const colours = ["color-contrast", "link-in-text-block"];

export interface Examination {
  /** The only rules to check. */
  readonly only?: readonly string[];
  /** Rules to skip. */
  readonly without?: readonly string[];
}

export interface Fault {
  readonly rule: string;
  /** Excerpts of the first elements that break it. */
  readonly elements: readonly string[];
}

/**
 * Violations whose impact axe rates as serious or critical. Runs axe in the page itself: `@axe-core/playwright` moves
 * every result into a second page, for pages with frames, which is much slower.
 */
export async function seriousFaults(page: Page, { only, without = [] }: Examination = {}): Promise<Fault[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  const options: Axe.RunOptions = {
    resultTypes: ["violations"],
    // A fault shows the HTML of its elements. No rule about something serious needs the style sheets, which axe would
    // load again.
    selectors: false,
    preload: false,
    ...(only && { runOnly: [...only] }),
    rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])),
  };
  return await page.evaluate(async (runOptions) => {
    const { violations } = await axe.run(runOptions);
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => ({
        rule: id,
        elements: nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)),
      }));
  }, options);
}
