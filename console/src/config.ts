import { join } from "node:path";
import { services as serviceNames } from "@orders/generated/topology";
import {
  accessVariables,
  type Config,
  integer,
  optional,
  processVariables,
  text,
  url,
} from "@rabbit-contract/service/config";
import type { Settings } from "./shapes.ts";

const http = ["http:", "https:"];

/** The public and the admin port of every service. */
function targetVariables() {
  const entries = serviceNames.flatMap((service, index) => {
    const prefix = `CONSOLE_${service.toUpperCase()}`;
    return [
      [
        service,
        url(`${prefix}_URL`, {
          description: `URL of the ${service} service`,
          default: `http://127.0.0.1:${8001 + index}`,
          protocols: http,
        }),
      ],
      [
        `${service}-admin`,
        url(`${prefix}_ADMIN_URL`, {
          description: `URL of the ${service} service's admin port; its host may resolve to every replica`,
          default: `http://127.0.0.1:${9001 + index}`,
          protocols: http,
        }),
      ],
    ] as const;
  });
  return Object.fromEntries(entries) as Record<Target, (typeof entries)[number][1]>;
}

export type ServiceName = (typeof serviceNames)[number];
/** What calls are forwarded to, by the name in `/api/<name>/`. */
export type Target = ServiceName | `${ServiceName}-admin`;

export const targetNames = serviceNames.flatMap((service): Target[] => [service, `${service}-admin`]);

/** Environment variables of the console. */
export const variables = {
  port: integer("CONSOLE_PORT", {
    description: "HTTP port; 0 takes a free one",
    default: 8000,
    minimum: 0,
    maximum: 65535,
  }),
  ...targetVariables(),
  managementUrl: url("CONSOLE_RABBITMQ_MANAGEMENT_URL", {
    description: "URL of RabbitMQ's management interface, with a user that may only monitor",
    protocols: http,
  }),
  virtualHost: text("CONSOLE_VIRTUAL_HOST", {
    description: "the virtual host of the services on the broker",
    default: "/",
  }),
  clientId: optional(
    text("CONSOLE_AUTH_CLIENT_ID", {
      description: "client id of the console at AUTH_ISSUER, for sign-in with OpenID Connect",
    }),
  ),
  scope: text("CONSOLE_AUTH_SCOPE", { description: "scope that sign-in asks for", default: "openid" }),
  breakItSocket: optional(
    text("CONSOLE_BREAK_IT_SOCKET", {
      description: "Unix socket of the program that make up starts for local sign-in and Try to break it",
    }),
  ),
  ...accessVariables,
  ...processVariables,
} as const;

export type ConsoleConfig = Config<typeof variables>;

/** The URLs of the services' admin ports. */
export function adminUrls(config: ConsoleConfig): ReadonlyMap<string, string> {
  return new Map(serviceNames.map((name) => [name, config[`${name}-admin`]]));
}

/** What `bun console/build.ts` writes, and `rabbit-contract docs`. */
export const folders = {
  page: join(import.meta.dirname, "../dist"),
  catalogue: join(import.meta.dirname, "../../generated/catalogue"),
};

/** There must be a way to sign in. */
export function signInProblems({ clientId, breakItSocket }: ConsoleConfig): readonly string[] {
  return clientId === undefined && breakItSocket === undefined
    ? ["CONSOLE_AUTH_CLIENT_ID is missing: set it to the console's client id at AUTH_ISSUER"]
    : [];
}

export function settingsOf({ authIssuer: issuer, clientId, scope, breakItSocket }: ConsoleConfig): Settings {
  return {
    signIn: clientId === undefined ? { kind: "local" } : { kind: "openid", issuer, clientId, scope },
    breakIt: breakItSocket !== undefined,
  };
}
