/** Pacts of the client about a service's REST calls. The client is `stack/rest.ts`, which `make demo` uses. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Matchers, Pact } from "@pact-foundation/pact";
import { uuidPattern } from "./matchers.ts";
import { FreshPacts, requireNoTracking } from "./pact-files.ts";

export interface ClientCall {
  /** From the client's point of view: "places an order". */
  readonly what: string;
  /** State of the service. */
  readonly given: string;
  /** The calling customer. @default an operator calls */
  readonly customerId?: string;
  /** `POST /orders`, with the query as the client writes it. */
  readonly call: string;
  readonly body?: object;
  readonly answer: {
    readonly status: number;
    /** The parts of the body that the client reads: examples, or matchers. */
    readonly body: unknown;
    readonly headers?: Readonly<Record<string, { readonly pattern: string; readonly example: string }>>;
  };
}

/** Registers a test per call, which the client makes to Pact's mock server; the server records the interaction. */
export function testClient(provider: string, calls: readonly ClientCall[]): void {
  describe(`the client's pact with the REST calls of the ${provider} service`, () => {
    const pacts = new FreshPacts("client");
    before(requireNoTracking);
    after(() => pacts.remove());

    for (const { what, given, customerId = "operator", call, body, answer } of calls) {
      it(`${what}, given ${given}`, async () => {
        try {
          const [method = "", target = ""] = call.split(" ");
          const { pathname, searchParams } = new URL(target, "http://service");
          const pact = new Pact({ consumer: "client", provider, dir: pacts.directory, logLevel: "warn" });
          await pact
            .addInteraction()
            .given(given)
            .uponReceiving(what)
            .withRequest(method, pathname, (request) => {
              if (searchParams.size > 0) request.query(Object.fromEntries(searchParams));
              // The provider's verification replaces this with a real token for the caller named in the example.
              request.headers({ Authorization: Matchers.regex("^Bearer \\S+$", `Bearer ${customerId}`) });
              if (body) request.headers({ "Content-Type": "application/json" }).jsonBody(body);
            })
            .willRespondWith(answer.status, (response) => {
              response.headers({ ...contentTypeOf(answer.status), ...headersOf(answer) });
              response.jsonBody(answer.body);
            })
            .executeTest(async ({ url }) => {
              const response = await fetch(url + target, {
                method,
                headers: {
                  authorization: `Bearer ${customerId}`,
                  ...(body && { "content-type": "application/json" }),
                },
                ...(body && { body: JSON.stringify(body) }),
              });
              assert.equal(response.status, answer.status);
              if (response.ok) assert.deepEqual(await response.json(), Matchers.reify(json(answer.body)));
            });
        } catch (error) {
          pacts.failed();
          throw error;
        }
      });
    }

    it("is the one in generated/pacts", () => {
      pacts.settle([provider]);
    });
  });
}

/** A problem that the client recognises by its type (RFC 9457). */
export function problem(status: number, type: string): ClientCall["answer"] {
  const body = { type: `urn:problem:${type}`, title: Matchers.string("What went wrong"), status };
  return { status, body };
}

export const id = (example: string) => Matchers.regex(uuidPattern, example);
export const time = () =>
  Matchers.regex("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$", "2026-03-14T09:26:53.589Z");

function contentTypeOf(status: number) {
  const type = status < 400 ? "application/json" : "application/problem+json";
  return { "Content-Type": Matchers.regex(`^${type.replace("+", "\\+")}(;.*)?$`, type) };
}

function headersOf({ headers = {} }: ClientCall["answer"]) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, { pattern, example }]) => [name, Matchers.regex(pattern, example)]),
  );
}

function json(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
