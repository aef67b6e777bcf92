/** A Pact broker with some pacts, and the few endpoints that the verifier and `brokerPacts` call. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Pact } from "./pact-files.ts";

export interface FakePactBroker {
  readonly url: string;
  /** Published verification results, oldest first. */
  readonly results: readonly { readonly success: boolean }[];
  stop(): Promise<void>;
}

/** @param pacts those with one provider */
export async function fakePactBroker(pacts: readonly Pact[]): Promise<FakePactBroker> {
  const results: { readonly success: boolean }[] = [];
  const server = createServer(async (request, response) => {
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { pathname } = new URL(request.url ?? "/", base);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [, index] = /^\/pacts\/(\d+)$/.exec(pathname) ?? [];
    const answer = (body: object) => {
      response.setHeader("content-type", "application/hal+json");
      response.end(JSON.stringify(body));
    };
    if (pathname.startsWith("/results")) {
      results.push(JSON.parse(Buffer.concat(chunks).toString()));
      return answer({ _links: { self: { href: base + pathname } } });
    }
    if (index !== undefined) {
      const links = { "pb:publish-verification-results": { href: `${base}/results/${index}` } };
      return answer({ ...pacts[Number(index)], _links: { self: { href: base + pathname }, ...links } });
    }
    if (pathname.startsWith("/provider/")) {
      const self = { href: base + pathname };
      return answer({ _embedded: { pacts: pacts.map(listed) }, _links: { self } });
    }
    return answer({
      _links: {
        self: { href: base },
        "pb:provider-pacts-for-verification": { href: `${base}/provider/{provider}`, templated: true },
        "pb:pacticipant-version": { href: `${base}/pacticipants/{pacticipant}/{version}`, templated: true },
        "pb:pacticipant-branch-version": {
          href: `${base}/pacticipants/{pacticipant}/branches/{branch}/versions/{version}`,
          templated: true,
        },
      },
    });

    function listed({ consumer, provider }: Pact, place: number) {
      const name = `Pact between ${consumer.name} (1.0.0) and ${provider.name}`;
      return {
        shortDescription: "latest from main branch",
        verificationProperties: { notices: [] },
        _links: { self: { href: `${base}/pacts/${place}`, name } },
      };
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    results,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
