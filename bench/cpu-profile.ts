/** What a CPU profile of Bun says: which functions take the time, and which parts of the code. */

export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  /** The nodes that ran when samples were taken, about one for each millisecond of running. */
  readonly samples: readonly number[];
  /** Microseconds since 1970. */
  readonly startTime: number;
  /** Microseconds from one sample to the next; the first counts from the start. */
  readonly timeDeltas: readonly number[];
}

/** Only the samples between two times, given as milliseconds since 1970. */
export function during(profile: CpuProfile, from: number, to: number): CpuProfile {
  let at = profile.startTime / 1000;
  const within = profile.timeDeltas.map((delta) => {
    at += delta / 1000;
    return at >= from && at <= to;
  });
  return {
    ...profile,
    samples: profile.samples.filter((_, index) => within[index]),
    timeDeltas: profile.timeDeltas.filter((_, index) => within[index]),
  };
}

/** The functions with most samples of their own, with their share of all samples, 0 to 1. */
export function topFunctions({ nodes, samples }: CpuProfile, count: number): [string, number][] {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName || "(anonymous)"} ${url.replace(/^.*?(node_modules|services|generated)\//, "$1/")}:${lineNumber + 1}`,
    ]),
  );
  return shares(samples.map((sample) => names.get(sample) ?? "")).slice(0, count);
}

/**
 * The share of each part of the code, 0 to 1, the largest first. A function of the runtime itself, such as
 * `JSON.stringify`, counts for the code that called it.
 */
export function parts({ nodes, samples }: CpuProfile): [string, number][] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const callers = new Map(
    nodes.flatMap(({ id, children }) => (children ?? []).map((child) => [child, id] as const)),
  );
  const known = new Map<number, string>();
  const partOf = (id: number | undefined): string => {
    if (id === undefined) return "runtime";
    const found = known.get(id) ?? (partOfUrl(byId.get(id)?.callFrame.url ?? "") || partOf(callers.get(id)));
    known.set(id, found);
    return found;
  };
  return shares(samples.map(partOf));
}

/** A folder of one of the project's packages, a service, a library, or nothing for functions of the runtime. */
function partOfUrl(url: string): string {
  if (/^(?:node|internal):/.test(url)) return "sockets and streams";
  const library = /node_modules\/(?!.*node_modules\/)((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (library !== undefined) {
    if (library.startsWith("@opentelemetry/")) return "@opentelemetry";
    return /^pg(?:-|$)/.test(library) ? "pg" : library;
  }
  const room = /\/packages\/([^/]+)\/src\/(?:([^/]+)\/|([^/]+)\.ts$)/.exec(url);
  if (room) return `packages/${room[1]}/${room[2] ?? room[3]}`;
  if (/\/(?:services|generated)\//.test(url)) return "the services' own code";
  return /\/floors\//.test(url) ? "the floor's own code" : "";
}

function shares(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => [name, count / names.length]);
}
