/** `make new-message NAME=payment.received FROM=payment TO=order`: a message, with a handler that does nothing yet. */
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Contract, type ReceiveOperation, type Route, segmentsOf } from "@rabbit-contract/contract";
import { root } from "../paths.ts";
import { addQueue, contractFile, raiseReleasedVersion, readContract } from "./contract.ts";
import { addAfterLast, addEntries, addToYaml, camelCase, edit, pascalCase } from "./edit.ts";
import { scaleWith } from "./kubernetes.ts";
import { command, complete } from "./run.ts";

export interface NewMessage {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Writes a message into the contract, and its handler into the service that receives it. @returns the queue that it
 * goes to
 */
export function newMessage(message: NewMessage): string {
  const { name, from, to } = message;
  const contract = readContract();
  refuse(message, contract);
  const route = contract.sends.find(({ service }) => service === from)?.route;
  const exchange = route?.exchange.name ?? from;
  const receive = contract.receives.find(
    ({ service, queue }) => service === to && queue.bindings.some((binding) => binding.exchange === exchange),
  );
  const queue = receive?.queue.name ?? `${to}.${exchange}`;

  raiseReleasedVersion(contract);
  addMessage(message, exchange, route);
  if (receive) addToQueue(name, receive);
  else addQueue({ service: to, queue, description: `Messages of the ${from} service.`, name });
  writeHandler(message);
  if (receive) addToHandlers(message, queue);
  else {
    consumeQueue(message, queue);
    scaleWith(queue, to);
  }
  addPact(message, queue);
  return queue;
}

if (import.meta.main)
  command(() => {
    const [name = "", from = "", to = ""] = process.argv.slice(2);
    const queue = newMessage({ name, from, to });
    const sources = `services/${to}`;
    complete({ written: [sources, contractFile] });
    console.log(`${name} goes from ${from} to the queue ${queue}. Next:
  - give it its fields and examples in ${contractFile}, then make generate
  - send it from a command in services/${from}/src/commands/: outbox.${camelCase(name)}(…); main.ts needs a relay, as in services/order
  - handle it in ${sources}/src/messages/${handlerFile(name)}
  - let ${sources}/contracts/${to}.consumer.test.ts state the fields that the handler reads and its effect, and
    services/${from}/contracts/${from}.provider.test.ts the command that sends it; then make pacts and make check`);
  });

function refuse({ name, from, to }: NewMessage, { services, messages }: Contract): void {
  const usage = "run make new-message NAME=payment.received FROM=payment TO=order";
  if (!/^[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*$/.test(name))
    throw new Error(`"${name}" cannot be the name of a message: ${usage}`);
  const names = services.map((service) => service.name);
  for (const service of [from, to])
    if (!names.includes(service))
      throw new Error(`there is no service "${service}", only ${names.join(", ")}: ${usage}`);
  if (messages.some((message) => message.key === camelCase(name)))
    throw new Error(`there is a message "${name}" already`);
}

/** @param route another route of the exchange, if there is one */
function addMessage({ name, from }: NewMessage, exchange: string, route: Route | undefined): void {
  // Routes of one exchange refer to one binding: components/channelBindings/NAME/amqp/exchange.
  const binding = segmentsOf(route?.exchange.place.pointer ?? "")[2] ?? `${camelCase(exchange)}Exchange`;
  if (!route) addEntries("exchange", { exchange, binding });
  const type = pascalCase(name);
  addEntries("message", { name, key: camelCase(name), Type: type, from, binding });
}

/** Adds the message to the queue's channel, which binds the queue, and to the operation that receives from it. */
function addToQueue(name: string, { queue: { channel } }: ReceiveOperation): void {
  const key = camelCase(name);
  edit(contractFile, (text) =>
    addToYaml(text, ["channels", channel, "messages"], `${key}:\n  $ref: "#/components/messages/${key}"`),
  );
}

function handlerFile(name: string): string {
  return `${name.replace(".", "-")}.ts`;
}

function writeHandler({ name, to }: NewMessage): void {
  const key = camelCase(name);
  const type = pascalCase(name);
  const file = join(root, "services", to, "src/messages", handlerFile(name));
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

/** Adds the handler to the other handlers of the queue. */
function addToHandlers({ name, to }: NewMessage, queue: string): void {
  const key = camelCase(name);
  const sources = `services/${to}`;
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
      `import { ${key} } from "./${handlerFile(name)}";`,
    );
  });
}

function addImport(text: string, line: string): string {
  return addAfterLast(text, /^import [^;]*;\n/m, `${line}\n`);
}

/** Consumes a new queue, in the service and in the tests of its pacts. */
function consumeQueue({ name, to }: NewMessage, queue: string): void {
  const key = camelCase(name);
  const sources = `services/${to}`;
  const handlers = `${camelCase(queue)}Handlers`;
  const file = `${queue.replace(".", "-")}.ts`;
  writeFileSync(
    join(root, sources, "src/messages", file),
    `import type { ${pascalCase(queue)}Handlers } from "@orders/generated/${to}";
import type { Transaction } from "@rabbit-contract/postgres";
import { ${key} } from "./${handlerFile(name)}";

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

function addPact({ name, from, to }: NewMessage, queue: string): void {
  edit(`services/${to}/contracts/${to}.consumer.test.ts`, (text) =>
    text.replace(
      /^( +)messages: \{\n/m,
      `$&$1  ${camelCase(name)}: {
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
