/** The services' programs as one file each, which start faster. */
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ServiceName, serviceNames } from "../names.ts";
import { root } from "../paths.ts";

/** The import condition under which services have fault points. */
export const faultInjection = "fault-injection";

/** The program of a service in this tree of sources. */
export const sourceOf = (name: ServiceName, tree = root) => join(tree, `services/${name}/src/main.ts`);

export interface BundleOptions {
  /** Whether it has the points at which a test of faults can kill it. @default false */
  readonly faultPoints?: boolean;
}

const folderOf = (run: string, { faultPoints = false }: BundleOptions) =>
  join(run, faultPoints ? "bundles-with-fault-points" : "bundles");

/** Writes them for a run of the tests, where `programOf` finds them. */
export async function bundleServices(directory: string, options: BundleOptions = {}): Promise<void> {
  const outdir = folderOf(directory, options);
  await Bun.build({
    entrypoints: serviceNames.map((name) => sourceOf(name)),
    outdir,
    root,
    target: "bun",
    ...(options.faultPoints && { conditions: [faultInjection] }),
    splitting: true,
    sourcemap: "linked",
    naming: { entry: "[dir]/[name].js", chunk: "[name]-[hash].js" },
  });
  // Files that a program finds relative to itself: the migrations, and the files of a dependency that it serves.
  for (const name of serviceNames)
    link(`services/${name}/migrations`, join(outdir, `services/${name}/migrations`));
  link("packages/service/node_modules", join(outdir, "node_modules"));
}

function link(path: string, place: string): void {
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(root, path), place);
}

/** The program of this service: its bundle on Bun where the run of the tests has one, else its source. */
export function programOf(name: ServiceName, runtime: "bun" | "deno", options: BundleOptions): string {
  const run = process.env.TEST_RUN_DIRECTORY;
  const bundle = run && join(folderOf(run, options), `services/${name}/src/main.js`);
  return bundle && runtime === "bun" && existsSync(bundle) ? bundle : sourceOf(name);
}
