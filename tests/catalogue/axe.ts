/** Accessibility violations in an open page, found by axe-core. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type Axe from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** Exists in the page once the source has run there. */
declare const axe: typeof Axe;

export interface Examination {
  /** The only rule to check. */
  readonly only?: string;
  /** A rule to skip. */
  readonly without?: string;
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
export async function seriousFaults(page: Page, { only, without }: Examination = {}): Promise<Fault[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  const options: Axe.RunOptions = {
    resultTypes: ["violations"],
    ...(only !== undefined && { runOnly: [only] }),
    ...(without !== undefined && { rules: { [without]: { enabled: false } } }),
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
