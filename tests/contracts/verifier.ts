/** Runs Pact's verifier, and parses its result for each interaction. */
import process from "node:process";
import { Verifier, type VerifierOptions } from "@pact-foundation/pact";

export interface Result {
  readonly consumer: string;
  readonly description: string;
  readonly providerStates?: readonly string[];
  readonly result: "OK" | "Error";
  readonly mismatch?: {
    readonly message?: string;
    readonly mismatches?: readonly {
      readonly type: string;
      readonly path?: string;
      readonly mismatch: string;
    }[];
  };
}

/** @throws Error if the verifier could not run; failed interactions are in the results */
export async function verify(options: VerifierOptions): Promise<readonly Result[]> {
  // Otherwise Pact's library would query this broker as well, whatever the options.
  if (options.pactBrokerUrl === undefined) delete process.env.PACT_BROKER_BASE_URL;
  const verifier = new Verifier({ logLevel: "error", timeout: 20_000, ...options });
  try {
    return resultsOf(await verifier.verifyProvider());
  } catch (error) {
    const results = error instanceof Error ? resultsOf(error.message) : [];
    // A failure outside the interactions, such as a pact that could not be loaded.
    if (results.every(({ result }) => result === "OK")) throw error;
    return results;
  }
}

function resultsOf(text: string): readonly Result[] {
  try {
    const { interactionResults = [] }: { interactionResults?: Result[] } = JSON.parse(text);
    return interactionResults;
  } catch {
    return [];
  }
}

/** One line per mismatch of a failed result. */
export function whatIsWrong({ mismatch }: Result): string {
  const lines = (mismatch?.mismatches ?? []).map(
    (one) => `${one.path === undefined ? one.type : one.path}: ${one.mismatch}`,
  );
  return lines.length > 0 ? lines.join("\n") : (mismatch?.message ?? "it failed without a reason");
}
