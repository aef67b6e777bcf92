/** Verifies that a service keeps all pacts with it, on messages and REST calls. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { buildContract, Source } from "@rabbit-contract/contract";
import { encodeOutboxMessage } from "@rabbit-contract/messaging/testing";
import { type Database, deleteFromOutbox, leaseExpired } from "@rabbit-contract/postgres";
import { callersWith } from "@rabbit-contract/service/testing";
import { disagreementsOf } from "./agreement.ts";
import { verifiedMessage } from "./metadata.ts";
import { brokerPacts, brokerSource, fromBroker } from "./pact-broker.ts";
import { type Interaction, type ProviderState, readPacts, requireNoTracking, root } from "./pact-files.ts";
import type { PactProblem } from "./pact-shape.ts";
import { isCall, restCallsOf } from "./rest-calls.ts";
import { type Result, verify, whatIsWrong } from "./verifier.ts";

const authorization = callersWith("customer");

type Parameters = NonNullable<ProviderState["params"]>;

export interface Provider {
  readonly database: Database;
  /** Where its REST calls are served. */
  readonly url: string;
  /** Provider states. Each is set up from scratch, in an empty database. */
  readonly states: Readonly<Record<string, (parameters: Parameters) => Promise<unknown>>>;
  /** For each message type that the service sends, the command that sends it, in the state set up before. */
  readonly messages: Readonly<Record<string, () => Promise<unknown>>>;
  close(): Promise<void>;
}

export interface ProviderTests {
  readonly provider: string;
  /** Opens the service on a test database of its own. */
  readonly open: () => Promise<Provider>;
  /** REST calls that no pact can describe, as `GET /path`, each with a reason. */
  readonly undescribed?: Readonly<Record<string, string>>;
}

/** Registers a test per interaction of `generated/pacts`, or one for all pacts of the Pact broker. */
export function testProvider({ provider, open, undescribed = {} }: ProviderTests): void {
  const pacts = fromBroker ? [] : readPacts().filter((pact) => pact.provider.name === provider);
  const contract = buildContract(Source.read(join(root, "asyncapi/asyncapi.yaml")));

  describe(`pacts with the ${provider} service`, () => {
    let service: Provider | undefined;
    let results: readonly Result[] = [];
    let problems: readonly PactProblem[] = [];
    let failure: unknown;
    const failures = new Map<string, unknown>();
    before(async () => {
      requireNoTracking();
      service = await open();
      const given = fromBroker ? await brokerPacts(provider) : pacts;
      problems = given.flatMap((pact) =>
        disagreementsOf(contract, pact).map((one) => ({ ...one, text: `${pact.name}: ${one.text}` })),
      );
      // An interaction that the verifier skipped must not be published as verified.
      const source = fromBroker
        ? brokerSource(problems.length === 0)
        : { pactUrls: pacts.map(({ file }) => file) };
      const verified = verify({
        provider,
        providerBaseUrl: service.url,
        stateHandlers: stateHandlersOf(service, failures),
        requestFilter: bearTokens,
        messageProviders: messageProvidersOf(service, failures),
        ...source,
      });
      // Its failure must not hide the problems found in the pacts.
      results = await verified.catch((error: unknown) => {
        failure = error;
        return [];
      });
    });
    after(() => service?.close());

    function requireKept(result: Result): void {
      const states = result.providerStates ?? [];
      // Pact's verifier ignores an unknown state and continues.
      const unknown = states.find((state) => service?.states[state] === undefined);
      if (unknown !== undefined) {
        throw new Error(`${nameOf(result)}: the ${provider} service has no such state; add it to "states"`);
      }
      if (result.result === "OK") return;
      const cause = [...states, result.description].map((name) => failures.get(name)).find(Boolean);
      if (cause) throw cause;
      throw new Error(`${provider} breaks its pact with ${nameOf(result)}\n${whatIsWrong(result)}`);
    }

    /** The verifier accepts anything that an interaction does not specify. */
    function requireAgreement(wanted: Interaction): void {
      const found = problems.filter(({ interaction }) => interaction === wanted);
      if (found.length > 0) throw new Error(found.map(({ text }) => text).join("\n"));
    }

    function requireMade(type: string): void {
      if (service?.messages[type] !== undefined) return;
      throw new Error(`"messages" has no command of the ${provider} service that sends "${type}": add it`);
    }

    for (const pact of pacts) {
      for (const interaction of pact.interactions) {
        const wanted = keyOf(pact.consumer.name, interaction);
        it(`${wanted}: matches the pact`, () => {
          requireAgreement(interaction);
          const result = results.find((one) => nameOf(one) === wanted);
          if (failure) throw failure;
          assert.ok(result, "the verifier skipped it");
          if (interaction.type === "Asynchronous/Messages") requireMade(interaction.description);
          requireKept(result);
        });
      }
    }

    if (fromBroker) {
      it("from the Pact broker agree with the contract", () => {
        assert.deepEqual(
          problems.map(({ text }) => text),
          [],
        );
      });

      it("from the Pact broker are all kept", () => {
        if (failure) throw failure;
        for (const result of results) requireKept(result);
      });
      return;
    }

    it("cover each message that has a command here", () => {
      const described = new Set(
        pacts.flatMap(({ interactions }) => interactions.map(({ description }) => description)),
      );
      const idle = Object.keys(service?.messages ?? {}).filter((type) => !described.has(type));
      assert.deepEqual(idle, [], "commands that no pact needs");
    });

    it("include an interaction with the client for each REST call", async () => {
      const requests = pacts.flatMap(({ interactions }) =>
        interactions.flatMap((one) => (one.type === "Synchronous/HTTP" && one.request ? [one.request] : [])),
      );
      const calls = await restCallsOf(service?.url ?? "");
      const missing = calls.filter((call) => !requests.some((request) => isCall(call, request)));
      assert.deepEqual(missing, Object.keys(undescribed).sort(), "REST calls without an interaction");
    });
  });
}

/**
 * A pact has the caller's name instead of a token; this replaces it with a token. The verifier's own requests have
 * none.
 */
async function bearTokens(
  request: { readonly headers: Record<string, unknown> },
  _: unknown,
  next: (error?: unknown) => void,
): Promise<void> {
  const caller = /^Bearer (\S+)$/.exec(String(request.headers.authorization))?.[1];
  try {
    if (caller)
      Object.assign(request.headers, await authorization(caller === "operator" ? undefined : caller));
    next();
  } catch (error) {
    next(error);
  }
}

/** An error thrown here would reach the verifier as an empty 500, so it is kept. */
function keeping<Argument, Answer>(
  failures: Map<string, unknown>,
  name: string,
  work: (argument: Argument) => Promise<Answer>,
): (argument: Argument) => Promise<Answer> {
  return async (argument) => {
    try {
      return await work(argument);
    } catch (error) {
      failures.set(name, error);
      throw error;
    }
  };
}

function stateHandlersOf({ states }: Provider, failures: Map<string, unknown>) {
  return Object.fromEntries(
    Object.entries(states).map(([name, make]) => [
      name,
      keeping(failures, name, async (parameters: unknown) => {
        await make(typeof parameters === "object" && parameters !== null ? { ...parameters } : {});
      }),
    ]),
  );
}

/** Each returns what the relay would publish: read from the outbox table and encoded for the broker. */
function messageProvidersOf({ database, messages }: Provider, failures: Map<string, unknown>) {
  const takeSent = async () => {
    const leased = await leaseExpired(database.sql, { limit: 100, leaseMilliseconds: 0 });
    const sent = leased.map(({ message }) => message);
    await deleteFromOutbox(
      database.sql,
      sent.map(({ id }) => id),
    );
    return sent;
  };
  return Object.fromEntries(
    Object.entries(messages).map(([type, send]) => [
      type,
      keeping(failures, type, async () => {
        await takeSent();
        await send();
        const sent = await takeSent();
        const [message, ...more] = sent.filter((one) => one.type === type);
        if (!message || more.length > 0) {
          const types = sent.map((one) => one.type).join(", ") || "nothing";
          throw new Error(`the use case of "${type}" must send one such message, but sent ${types}`);
        }
        return verifiedMessage(encodeOutboxMessage(message));
      }),
    ]),
  );
}

function keyOf(consumer: string, { description, providerStates = [] }: Interaction): string {
  const states = providerStates.map(({ name }) => name);
  return nameOf({ consumer, description, providerStates: states });
}

function nameOf({ consumer, description, providerStates = [] }: Omit<Result, "result">): string {
  return `${consumer}: ${description}, given ${providerStates.join(" and ") || "nothing"}`;
}
