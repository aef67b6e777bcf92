/** Additions to asyncapi.yaml. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../paths.ts";
import { addToYaml, camelCase, edit, pascalCase } from "./edit.ts";

export const contractFile = "asyncapi/asyncapi.yaml";

interface Reference {
  readonly $ref: string;
}

export interface Contract {
  readonly info: { readonly version: string };
  readonly "x-rabbitmq": { readonly services: Readonly<Record<string, unknown>> };
  readonly channels: Readonly<
    Record<
      string,
      {
        readonly address: string;
        readonly bindings: Partial<Reference>;
        readonly "x-rabbitmq"?: {
          readonly bindings: readonly {
            readonly exchange: string;
            readonly routingKeys: readonly string[];
          }[];
        };
      }
    >
  >;
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly action: "send" | "receive";
        readonly channel: Reference;
        readonly "x-rabbitmq": { readonly service: string };
      }
    >
  >;
  readonly components: {
    readonly channelBindings: Readonly<
      Record<string, { readonly amqp: { readonly exchange: { readonly name: string } } }>
    >;
    readonly messages: Readonly<Record<string, unknown>>;
  };
}

export function readContract(): Contract {
  return parse(readFileSync(join(root, contractFile), "utf8"));
}

/** A released version is frozen: the next minor version takes the addition. */
export function raiseReleasedVersion(): void {
  const { version } = readContract().info;
  if (!existsSync(join(root, `asyncapi/releases/${version}.yaml`))) return;
  const [major = "", minor = ""] = version.split(".");
  edit(contractFile, (text) =>
    text.replace(`version: ${version}`, `version: ${major}.${Number(minor) + 1}.0`),
  );
}

export interface NewQueue {
  readonly service: string;
  readonly name: string;
  readonly description: string;
  readonly exchange: string;
  /** Routing key, which is the name of its message as well. */
  readonly message: string;
}

/** Adds the queue with its dead letters and retry tiers, and the operation that receives from it. */
export function addQueue(text: string, { service, name, description, exchange, message }: NewQueue): string {
  const key = camelCase(message);
  const channel = (address: string, about: string) => `address: ${address}
  title: ${address}
  description: ${about}
  messages:
    ${key}:
      $ref: "#/components/messages/${key}"
  bindings:
    amqp:
      is: queue
      queue:
        name: ${address}
        durable: true
        exclusive: false
        autoDelete: false
      bindingVersion: 0.3.0
  x-rabbitmq:
    version: 1
    queue:
      type: quorum
      deliveryLimit: 1000000
    bindings:`;
  const tiers = [
    ["1s", 1_000],
    ["10s", 10_000],
    ["60s", 60_000],
  ].map(([tier, delay]) => `      - queue: ${name}.retry.${tier}\n        delay: ${delay}`);
  const channels = addToYaml(
    text,
    ["channels"],
    `${camelCase(name)}:
  ${channel(name, description)}
      - exchange: ${exchange}
        routingKeys: [${message}]
    deadLetter:
      exchange: ${service}.redelivery
      routingKey: ${name}.dead
    retry:
${tiers.join("\n")}
${camelCase(name)}Dead:
  ${channel(`${name}.dead`, `Messages of \`${name}\` that could not be handled, with the reason in their headers. Kept until an operator replays or deletes them.`)}
      - exchange: ${service}.redelivery
        routingKeys: [${name}.dead]
`,
  );
  return addToYaml(
    channels,
    ["operations"],
    `receive${pascalCase(name)}:
  action: receive
  channel:
    $ref: "#/channels/${camelCase(name)}"
  title: Consume ${name}
  summary: ${description}
  messages:
    - $ref: "#/channels/${camelCase(name)}/messages/${key}"
  bindings:
    $ref: "#/components/operationBindings/acknowledgedConsume"
  x-rabbitmq:
    version: 1
    service: ${service}
    prefetch: 200
    batchSize: 100
`,
  );
}
