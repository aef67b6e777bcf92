/** The Pact broker at PACT_BROKER_BASE_URL: which of its pacts are verified, and these pacts themselves. */
import process from "node:process";
import type { VerifierOptions } from "@pact-foundation/pact";
import type { Pact } from "./pact-files.ts";

/** Whether to use the pacts of the broker instead of `generated/pacts`, and publish the results. */
export const fromBroker = process.env.PACTS_FROM === "broker";

/** Pacts of this branch, of the main branch, and of all deployed or released versions. */
const consumerVersionSelectors = [
  { matchingBranch: true },
  { mainBranch: true },
  { deployedOrReleased: true },
];

function settings() {
  const { PACT_BROKER_BASE_URL: url, PACT_VERSION: version, PACT_BRANCH: branch } = process.env;
  if (!url || !version || !branch)
    throw new Error(
      "PACTS_FROM=broker needs PACT_BROKER_BASE_URL, PACT_VERSION and PACT_BRANCH: run make verify-pacts",
    );
  return { url, version, branch };
}

/** @param publish whether the verifier also publishes the results */
export function brokerSource(
  publish: boolean,
): Pick<VerifierOptions, "pactBrokerUrl" | "pactUrls"> & VerifierOptions {
  const { url, version, branch } = settings();
  const buildUrl = process.env.PACT_BUILD_URL;
  return {
    pactBrokerUrl: url,
    consumerVersionSelectors,
    providerVersion: version,
    providerVersionBranch: branch,
    // Both runtimes verify; one result is enough.
    publishVerificationResult: publish && "Bun" in globalThis,
    ...(buildUrl && { buildUrl }),
  };
}

/** The pacts that `brokerSource` has verified; the verifier does not report their contents. */
export async function brokerPacts(provider: string): Promise<Pact[]> {
  const { url, branch } = settings();
  const index = await get(url);
  const template = index._links["pb:provider-pacts-for-verification"]?.href;
  if (template === undefined) throw new Error(`${url} is not a Pact broker: it has no link to its pacts`);
  const body = { consumerVersionSelectors, providerVersionBranch: branch };
  const { _embedded } = await get(template.replace("{provider}", encodeURIComponent(provider)), body);
  return Promise.all(
    (_embedded?.pacts ?? []).map(async ({ _links: { self } }) => ({
      ...(await get<Pact>(self.href)),
      name: self.name ?? self.href,
    })),
  );
}

interface Link {
  readonly href: string;
  readonly name?: string;
}

/** The part of a broker's response that is read here. */
interface Page {
  readonly _links: Readonly<Record<string, Link>>;
  readonly _embedded?: { readonly pacts: readonly { readonly _links: { readonly self: Link } }[] };
}

/** @param body makes it a POST */
async function get<Answer = Page>(url: string, body?: object): Promise<Answer> {
  const response = await fetch(url, {
    headers: {
      accept: "application/hal+json, application/json",
      ...authorization(),
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { method: "POST", body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`the Pact broker answers ${response.status} to ${url}`);
  return response.json();
}

function authorization(): Record<string, string> {
  const {
    PACT_BROKER_TOKEN: token,
    PACT_BROKER_USERNAME: user,
    PACT_BROKER_PASSWORD: password,
  } = process.env;
  if (token) return { authorization: `Bearer ${token}` };
  if (!user) return {};
  return { authorization: `Basic ${Buffer.from(`${user}:${password ?? ""}`).toString("base64")}` };
}
