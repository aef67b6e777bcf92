/** The pacts of `generated/pacts`: written by the consumers' tests, read by everything else. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The project's folder. @orders/stack has it too, which imports the services, whose tests import this. */
export const root = fileURLToPath(new URL("../..", import.meta.url).href);
const pactDirectory = join(root, "generated/pacts");

export interface Matcher {
  readonly match: string;
  readonly regex?: string;
  /** Bound on the length of a list. */
  readonly min?: number;
  readonly max?: number;
}

export interface MatchingRule {
  /** @default AND */
  readonly combine?: string;
  readonly matchers: readonly Matcher[];
}

export type MatchingRules = Readonly<Record<string, MatchingRule>>;

/** As read from the file; parts that the verifier does not need may be missing. */
export interface MessageInteraction {
  readonly type: "Asynchronous/Messages";
  readonly description: string;
  readonly providerStates?: readonly ProviderState[];
  readonly pending?: boolean;
  readonly contents?: { readonly content?: unknown; readonly contentType?: string };
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly matchingRules?: { readonly body?: MatchingRules; readonly metadata?: MatchingRules };
  readonly generators?: unknown;
}

export interface HttpInteraction {
  readonly type: "Synchronous/HTTP";
  readonly description: string;
  readonly providerStates?: readonly ProviderState[];
  readonly pending?: boolean;
  readonly request?: { readonly method: string; readonly path: string };
  readonly response?: { readonly status?: number };
}

export interface ProviderState {
  readonly name: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export type Interaction = MessageInteraction | HttpInteraction;

export interface Pact {
  /** Its name in findings: the file, or the Pact broker's name for it. */
  readonly name: string;
  readonly consumer: { readonly name: string };
  readonly provider: { readonly name: string };
  readonly interactions: readonly Interaction[];
}

export interface PactFile extends Pact {
  readonly file: string;
}

export function readPacts(directory = pactDirectory): PactFile[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => ({
      ...JSON.parse(readFileSync(join(directory, name), "utf8")),
      name,
      file: join(directory, name),
    }));
}

/** Pact would send usage statistics. Its library reads the environment at process start. */
export function requireNoTracking(): void {
  if (process.env.PACT_DO_NOT_TRACK === "true") return;
  throw new Error("PACT_DO_NOT_TRACK is not set: run make contract-tests, or export PACT_DO_NOT_TRACK=true");
}

/** Where the tests of one consumer write their pacts, to compare them with those of `generated/pacts`. */
export class FreshPacts {
  readonly consumer: string;
  readonly directory = mkdtempSync(join(tmpdir(), "pacts-"));
  #complete = true;

  constructor(consumer: string) {
    this.consumer = consumer;
  }

  /** Called if an interaction was not written, so that nothing is compared. */
  failed(): void {
    this.#complete = false;
  }

  /**
   * With UPDATE_PACTS=1, copies what was written to `generated/pacts`.
   * @param providers the providers that these tests cover
   * @throws Error with the files that differ and the command that writes them
   */
  settle(providers: readonly string[]): void {
    if (!this.#complete) throw new Error("not compared: an interaction above failed");
    const stale = providers.flatMap((provider) => {
      const name = `${this.consumer}-${provider}.json`;
      const fresh = `${readFileSync(join(this.directory, name), "utf8").trimEnd()}\n`;
      const committed = join(pactDirectory, name);
      if (existsSync(committed) && readFileSync(committed, "utf8") === fresh) return [];
      if (process.env.UPDATE_PACTS !== "1") return [`generated/pacts/${name}`];
      mkdirSync(pactDirectory, { recursive: true });
      writeFileSync(committed, fresh);
      return [];
    });
    if (stale.length === 0) return;
    throw new Error(`out of date: ${stale.join(", ")}; run make pacts, and commit generated/pacts`);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
