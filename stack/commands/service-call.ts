import { adminPortOf, defaultAdminPorts, type ServiceName, variableOf } from "../names.ts";

type CallInit = Omit<RequestInit, "headers"> & { readonly headers?: Readonly<Record<string, string>> };

/** Operators' calls to the admin port of one service. All throw Error with the service's answer, or with the address that was tried. */
export class ServiceCalls {
  readonly service: ServiceName;
  readonly #env: NodeJS.ProcessEnv;

  /**
   * At the address of `make up`, else on its default port; `ORDER_ADMIN_URL` and so on override the address, `TOKEN`
   * the caller.
   */
  constructor(service: ServiceName, env: NodeJS.ProcessEnv) {
    this.service = service;
    this.#env = env;
  }

  post(path: string, body: object): Promise<Response> {
    const headers = { "content-type": "application/json" };
    return this.send(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  async send(path: string, init: CallInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${await tokenFrom(this.#env)}`, ...init.headers };
    const url = await urlOf(this.service, this.#env);
    let response: Response;
    try {
      response = await fetch(url + path, { ...init, headers });
    } catch (cause) {
      const variable = variableOf(this.service, "ADMIN_URL");
      throw new Error(
        `cannot reach the admin port of the ${this.service} service at ${url}: start it with "make up", or set ${variable} ` +
          "to the address of its admin port",
        { cause },
      );
    }
    if (response.ok) return response;
    throw new Error(
      `the ${this.service} service answered ${response.status}: ${reasonIn(await response.text())}`,
    );
  }
}

/** Streams the documents of an `application/x-ndjson` response. @throws Error if it is cut short */
export function jsonLines<Line>(response: Response): AsyncGenerator<Line>;
export async function* jsonLines(response: Response): AsyncGenerator<unknown> {
  let rest = "";
  for await (const text of textOf(response)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line);
  }
}

async function* textOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  try {
    for await (const bytes of response.body ?? []) yield decoder.decode(bytes, { stream: true });
  } catch (cause) {
    throw new Error(
      "the connection ended in the middle of the response; did the service stop? What it reported was done: " +
        "run the command again for the rest",
      { cause },
    );
  }
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly {
    readonly pointer?: string;
    readonly parameter?: string;
    readonly detail: string;
  }[];
}

/** A problem document in one line; any other text as it is. */
function reasonIn(text: string): string {
  try {
    const { title, detail, errors = [] }: Problem = JSON.parse(text);
    const parts = errors.map(({ pointer, parameter, detail }) =>
      `${parameter ?? pointer ?? ""} ${detail}`.trim(),
    );
    return [detail ?? title, ...parts].filter((part) => part !== undefined).join("; ");
  } catch {
    return text;
  }
}

// What knows the local stack is loaded only where it is asked: loading it takes longer than most calls.

async function tokenFrom(env: NodeJS.ProcessEnv): Promise<string> {
  if (env.TOKEN) return env.TOKEN;
  const { operatorToken } = await import("../local/local-issuer.ts");
  return operatorToken();
}

async function urlOf(service: ServiceName, env: NodeJS.ProcessEnv): Promise<string> {
  const given = env[variableOf(service, "ADMIN_URL")];
  if (given) return given.replace(/\/$/, "");
  const { runningStack } = await import("./running-stack.ts");
  const ports = runningStack()?.addresses().ports ?? defaultAdminPorts;
  return `http://127.0.0.1:${ports[adminPortOf(service)]}`;
}
