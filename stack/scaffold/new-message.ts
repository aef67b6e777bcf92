/** `make new-message NAME=payment.received FROM=payment TO=order`: a message, with a handler that does nothing yet. */
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.ts";
import { addQueue, type Contract, contractFile, raiseReleasedVersion, readContract } from "./contract.ts";
import { addAfterLast, addToYaml, camelCase, edit, pascalCase } from "./edit.ts";
import { command, run } from "./run.ts";

const [name = "", from = "", to = ""] = process.argv.slice(2);
const key = camelCase(name);
const type = pascalCase(name);
const sources = `services/${to}`;

command(() => {
  const contract = readContract();
  refuse(contract);
  const exchange = exchangeOf(contract) ?? from;
  const queue = queueOf(contract, exchange);
  const queueName = queue ?? `${to}.${exchange}`;

  raiseReleasedVersion();
  edit(contractFile, (text) => addMessage(text, contract, exchange, queue));
  run(["packages/contract/src/cli.ts", "generate"]);
  writeHandler();
  if (queue) addToHandlers(queueName);
  else consumeQueue(queueName);
  addPact(queueName);
  run(["node_modules/@biomejs/biome/bin/biome", "check", "--write", sources, contractFile]);
  console.log(`${name} goes from ${from} to the queue ${queueName}. Next:
  - give it its fields and examples in ${contractFile}, then make generate
  - send it from a command in services/${from}/src/commands/: outbox.${key}(…); main.ts needs a relay, as in services/order
  - handle it in ${sources}/src/messages/${name.replace(".", "-")}.ts
  - let ${sources}/contracts/${to}.consumer.test.ts state the fields that the handler reads and its effect, and
    services/${from}/contracts/${from}.provider.test.ts the command that sends it; then make pacts and make check`);
});

function refuse({ "x-rabbitmq": { services }, components }: Contract): void {
  const usage = "run make new-message NAME=payment.received FROM=payment TO=order";
  if (!/^[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*$/.test(name))
    throw new Error(`"${name}" cannot be the name of a message: ${usage}`);
  for (const service of [from, to])
    if (!(service in services))
      throw new Error(`there is no service "${service}", only ${Object.keys(services).join(", ")}: ${usage}`);
  if (key in components.messages) throw new Error(`there is a message "${name}" already`);
}

/** The exchange that the service sends to, if it sends anything. */
function exchangeOf({ operations, channels, components }: Contract): string | undefined {
  const send = Object.values(operations).find(
    ({ action, "x-rabbitmq": { service } }) => action === "send" && service === from,
  );
  const binding = channels[lastOf(send?.channel.$ref)]?.bindings.$ref;
  return components.channelBindings[lastOf(binding)]?.amqp.exchange.name;
}

/** The queue of the receiving service that is bound to the exchange, if there is one. */
function queueOf({ operations, channels }: Contract, exchange: string): string | undefined {
  for (const { action, channel, "x-rabbitmq": settings } of Object.values(operations)) {
    if (action !== "receive" || settings.service !== to) continue;
    const { address, "x-rabbitmq": queue } = channels[lastOf(channel.$ref)] ?? {};
    if (queue?.bindings.some((one) => one.exchange === exchange)) return address;
  }
  return undefined;
}

function lastOf(reference = ""): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

function addMessage(before: string, contract: Contract, exchange: string, queue: string | undefined): string {
  const binding =
    Object.entries(contract.components.channelBindings).find(
      ([, { amqp }]) => amqp.exchange.name === exchange,
    )?.[0] ?? `${camelCase(exchange)}Exchange`;
  let text = before;
  if (!(binding in contract.components.channelBindings))
    text = addToYaml(
      text,
      ["components", "channelBindings"],
      `${binding}:
  amqp:
    is: routingKey
    exchange:
      name: ${exchange}
      type: direct
      durable: true
      autoDelete: false
    bindingVersion: 0.3.0
`,
    );
  text = addToYaml(
    text,
    ["channels"],
    `${key}:
  address: ${name}
  title: ${name}
  description: The ${from} service reports ${name}.
  messages:
    ${key}:
      $ref: "#/components/messages/${key}"
  bindings:
    $ref: "#/components/channelBindings/${binding}"
`,
  );
  text = addToYaml(
    text,
    ["operations"],
    `send${type}:
  action: send
  channel:
    $ref: "#/channels/${key}"
  title: Send ${name}
  summary: Sent by the ${from} service.
  messages:
    - $ref: "#/channels/${key}/messages/${key}"
  bindings:
    $ref: "#/components/operationBindings/confirmedPublish"
  x-rabbitmq:
    version: 1
    service: ${from}
`,
  );
  const example = (title: string, orderId: string, time: string) => `    - name: ${title}
      summary: An example of ${name}.
      headers:
        schema-version: 1
        traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
      payload:
        orderId: ${orderId}
        occurredAt: "${time}"
`;
  text = addToYaml(
    text,
    ["components", "messages"],
    `${key}:
  name: ${name}
  title: ${type.replace(/(?<!^)([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)}
  summary: The ${from} service reports ${name}.
  contentType: application/json
  correlationId:
    $ref: "#/components/correlationIds/order"
  tags:
    - name: orders
  bindings:
    amqp:
      contentEncoding: utf-8
      messageType: ${name}
      bindingVersion: 0.3.0
  headers:
    $ref: "#/components/schemas/MessageHeaders"
  payload:
    $ref: "#/components/schemas/${type}"
  examples:
${example("first", "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01", "2026-03-14T09:30:00.000Z")}${example("second", "019a4f2e-9c44-7e02-8a17-5b7d90c2e4f2", "2026-03-14T09:31:00.000Z")}`,
  );
  text = addToYaml(
    text,
    ["components", "schemas"],
    `${type}:
  type: object
  description: What ${name} reports.
  required: [orderId, occurredAt]
  properties:
    orderId:
      $ref: "#/components/schemas/OrderId"
    occurredAt:
      $ref: "#/components/schemas/Timestamp"
`,
  );
  if (queue === undefined)
    return addQueue(text, {
      service: to,
      name: `${to}.${exchange}`,
      description: `Messages of the ${from} service.`,
      exchange,
      message: name,
    });
  const channel = camelCase(queue);
  const bound = contract.channels[channel]?.["x-rabbitmq"]?.bindings ?? [];
  const index = bound.findIndex((one) => one.exchange === exchange);
  const reference = `${key}:\n  $ref: "#/components/messages/${key}"\n`;
  text = addToYaml(text, ["channels", channel, "x-rabbitmq", "bindings", index, "routingKeys"], name);
  text = addToYaml(text, ["channels", channel, "messages"], reference);
  text = addToYaml(text, ["channels", `${channel}Dead`, "messages"], reference);
  return addToYaml(
    text,
    ["operations", `receive${pascalCase(queue)}`, "messages"],
    `- $ref: "#/channels/${channel}/messages/${key}"\n`,
  );
}

function handlerFile(): string {
  return `${name.replace(".", "-")}.ts`;
}

function writeHandler(): void {
  const file = join(root, sources, "src/messages", handlerFile());
  if (existsSync(file)) throw new Error(`${file} exists already`);
  writeFileSync(
    file,
    `import type { ${type} } from "@orders/generated/messages";
import { allDone, type Handler } from "@rabbit-contract/messaging";
import type { Transaction } from "@rabbit-contract/postgres";

/** Has no effect yet: call a command in the transaction that is given as the second argument. */
export const ${key}: Handler<${type}, Transaction> = async (deliveries) => allDone(deliveries);
`,
  );
}

/** Names the handler where the other handlers of the queue are. */
function addToHandlers(queue: string): void {
  const handlers = `${pascalCase(queue)}Handlers<Transaction>`;
  const file = globSync(`${sources}/src/messages/*.ts`, { cwd: root }).find((path) =>
    readFileSync(join(root, path), "utf8").includes(handlers),
  );
  if (!file) throw new Error(`there are no ${handlers} in ${sources}/src/messages`);
  edit(file, (text) => {
    const place = text.indexOf("{", text.indexOf(handlers) + handlers.length);
    const literal = /^\{\s*return \{/.exec(text.slice(place))?.[0] ?? "{";
    const end = place + literal.length;
    return addImport(
      `${text.slice(0, end)} ${key},${text.slice(end)}`,
      `import { ${key} } from "./${handlerFile()}";`,
    );
  });
}

function addImport(text: string, line: string): string {
  return addAfterLast(text, /^import [^;]*;\n/m, `${line}\n`);
}

/** Consumes a new queue, in the service and in the tests of its pacts. */
function consumeQueue(queue: string): void {
  const handlers = `${camelCase(queue)}Handlers`;
  const file = `${queue.replace(".", "-")}.ts`;
  writeFileSync(
    join(root, sources, "src/messages", file),
    `import type { ${pascalCase(queue)}Handlers } from "@orders/generated/${to}";
import type { Transaction } from "@rabbit-contract/postgres";
import { ${key} } from "./${handlerFile()}";

export const ${handlers}: ${pascalCase(queue)}Handlers<Transaction> = { ${key} };
`,
  );
  const consume = (text: string, folder: string) =>
    [
      `import { ${camelCase(queue)}Queue } from "@orders/generated/${to}";`,
      `import { ${handlers} } from "${folder}/${file}";`,
    ].reduce(
      addImport,
      addAfterLast(
        text,
        /^ *broker\.consume\(.*\);\n/m,
        `broker.consume(${camelCase(queue)}Queue, inbox, ${handlers});\n`,
      ),
    );
  edit(`${sources}/src/main.ts`, (text) => consume(text, "./messages"));
  edit(`${sources}/contracts/${to}.consumer.test.ts`, (text) =>
    consume(text, "../src/messages").replace(
      /(testConsumer<\s*)/,
      `$1Payloads<typeof ${camelCase(queue)}Queue> & `,
    ),
  );
}

function addPact(queue: string): void {
  edit(`${sources}/contracts/${to}.consumer.test.ts`, (text) =>
    text.replace(
      /^( +)messages: \{\n/m,
      `$&$1  ${key}: {
    from: "${from}",
    given: "an order",
    payload: { orderId: "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01" },
    async assert() {
      throw new Error("state the effect of ${name} in the queue ${queue}");
    },
  },
`,
    ),
  );
}
