/** For tests: as much of a Pact broker as the client and the verifier of Pact ask for. */
import { createServer } from "node:http";

export interface FakeBroker {
  readonly url: string;
  /** `METHOD /path` of each request, in order. */
  readonly requests: readonly string[];
  readonly authorizations: ReadonlySet<string | undefined>;
  /** What was published, by the path it was sent to. */
  readonly published: { readonly path: string; readonly body: Published }[];
  /** Answer to whether something can be deployed. */
  deployable: boolean;
  close(): void;
}

/** Pacts, or a verification's result. */
export interface Published {
  readonly pacticipantVersionNumber?: string;
  readonly branch?: string;
  readonly contracts?: readonly {
    readonly consumerName: string;
    readonly providerName: string;
    /** Base64. */
    readonly content: string;
  }[];
  readonly success?: boolean;
  readonly providerApplicationVersion?: string;
}

export async function fakeBroker(): Promise<FakeBroker> {
  const requests: string[] = [];
  const authorizations = new Set<string | undefined>();
  const published: { path: string; body: Published }[] = [];
  const pacts = new Map<string, { provider: string; content: string }>();

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const path = new URL(request.url ?? "/", broker.url).pathname;
    requests.push(`${request.method} ${request.url}`);
    authorizations.add(request.headers.authorization);
    if (request.method === "POST" && !path.includes("for-verification")) {
      const body: Published = text === "" ? {} : JSON.parse(text);
      published.push({ path, body });
      for (const { consumerName, providerName, content } of body.contracts ?? []) {
        pacts.set(`/pacts/${consumerName}-${providerName}`, {
          provider: providerName,
          content: Buffer.from(content, "base64").toString(),
        });
      }
    }
    const answer = answerTo(path);
    response.statusCode = answer === undefined ? 404 : 200;
    response.setHeader("content-type", "application/hal+json");
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const broker: FakeBroker = {
    url: `http://127.0.0.1:${port}`,
    requests,
    authorizations,
    published,
    deployable: true,
    close: () => void server.close(),
  };
  const link = (path: string) => ({ href: `${broker.url}${path}` });

  function answerTo(path: string): object | undefined {
    const [, kind, name = "", last = ""] = path.split("/");
    switch (kind) {
      case "":
        return {
          _links: {
            "pb:publish-contracts": link("/contracts/publish"),
            "pb:environments": link("/environments"),
            "pb:pacticipant-version": {
              ...link("/pacticipants/{pacticipant}/versions/{version}"),
              templated: true,
            },
            "pb:provider-pacts-for-verification": {
              ...link("/for-verification/{provider}"),
              templated: true,
            },
          },
        };
      case "contracts":
        return { notices: [], _embedded: { pacticipant: {}, version: {} }, _links: {} };
      case "matrix":
        return {
          summary: {
            deployable: broker.deployable,
            reason: "by the matrix",
            success: 1,
            failed: 0,
            unknown: 0,
          },
          notices: [],
          matrix: [{ consumer: { name: "order" }, provider: { name: "inventory" } }],
        };
      case "environments":
        return {
          _embedded: {
            environments: [{ uuid: "1", name: "production", _links: { self: link("/environments/1") } }],
          },
        };
      case "pacticipants":
        return {
          _links: {
            self: link(path),
            "pb:branch-version": { ...link(`${path}/branches/{branch}/versions/{version}`), templated: true },
            "pb:record-deployment": [{ ...link(`/deployed/${name}`), name: "production" }],
          },
        };
      case "deployed":
        return { currentlyDeployed: true };
      case "for-verification": {
        const mine = [...pacts].filter(([, { provider }]) => provider === name);
        return {
          _links: { self: link(path) },
          _embedded: {
            pacts: mine.map(([path]) => ({
              shortDescription: "main",
              verificationProperties: { pending: false, notices: [] },
              _links: { self: { ...link(path), name: path } },
            })),
          },
        };
      }
      case "pacts": {
        const pact = pacts.get(`/pacts/${name}`);
        if (!pact) return undefined;
        const results = { "pb:publish-verification-results": link(`/results/${name}`) };
        const provider = { "pb:provider": link(`/pacticipants/${pact.provider}`) };
        return { ...JSON.parse(pact.content), _links: { self: link(path), ...results, ...provider } };
      }
      case "results":
        return { success: true, _links: {}, last };
      default:
        return undefined;
    }
  }
  return broker;
}
