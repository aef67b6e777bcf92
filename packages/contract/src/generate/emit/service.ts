/** One file for each service: what it sends, what it consumes, what it declares. */
import type { Contract, Message, ReceiveOperation, SendOperation, Service } from "../../contract.ts";
import { deadLetterChannels, serviceTopology } from "../../topology/model.ts";
import { banner, capitalized, comment, literal, runtimeModule } from "./text.ts";

export function serviceFile(contract: Contract, service: Service): string {
  const sends = contract.sends.filter((operation) => operation.service === service.name);
  const receives = contract.receives.filter((operation) => operation.service === service.name);
  return [
    banner(contract),
    imports(sends, receives),
    ...(sends.length > 0 ? [outbox(service, sends), "\n"] : []),
    ...receives.flatMap((operation) => [consumer(contract, service, operation), "\n"]),
    ...(receives.length > 0 ? [consumedQueues(service, receives), "\n"] : []),
    comment(`What the ${service.name} service owns on the broker, and what it waits for.`),
    `export const topology: ServiceTopology = ${literal(serviceTopology(contract, service.name))};\n`,
  ].join("");
}

function imports(sends: readonly SendOperation[], receives: readonly ReceiveOperation[]): string {
  const types = ["ServiceTopology"];
  const values: string[] = [];
  if (sends.length > 0) {
    types.push("AppendToOutbox", "MessageContext", "PublishedMessage");
    values.push("publishedMessage");
  }
  if (receives.length > 0) types.push("Broker", "ConsumedQueueDescriptor", "Consumer", "Handlers", "Inbox");
  const messages = [...sends, ...receives].flatMap((operation) => operation.messages);
  const names = new Set(messages.flatMap((message) => [`type ${message.payload}`, `${message.key}Message`]));
  return [
    importLine([...types.sort().map((name) => `type ${name}`), ...values], runtimeModule),
    importLine([...names].sort(), "./messages.ts"),
    "\n",
  ].join("");
}

function importLine(names: readonly string[], from: string): string {
  if (names.length === 0) return "";
  const flat = `import { ${names.join(", ")} } from "${from}";\n`;
  return flat.length <= 110
    ? flat
    : `import {\n${names.map((name) => `  ${name},\n`).join("")}} from "${from}";\n`;
}

function outbox(service: Service, sends: readonly SendOperation[]): string {
  const messages = sends.flatMap((operation) =>
    operation.messages.map((message) => ({ operation, message })),
  );
  const routes = messages.map(
    ({ operation: { route }, message }) =>
      `const ${message.key}Route: PublishedMessage<${message.payload}> = {\n` +
      `  message: ${message.key}Message,\n` +
      `  service: ${JSON.stringify(service.name)},\n` +
      `  exchange: ${JSON.stringify(route.exchange.name)},\n` +
      `  routingKey: ${JSON.stringify(route.routingKey)},\n` +
      "};\n\n",
  );
  const methods = messages.map(
    ({ operation, message }) =>
      `${comment(
        `${operation.summary} Goes to exchange \`${operation.route.exchange.name}\` with key \`${operation.route.routingKey}\`.`,
        2,
      )}  ${message.key}(tx: Transaction, payload: ${message.payload}, context: MessageContext): void;\n`,
  );
  const calls = messages.map(
    ({ message }) =>
      `    ${message.key}: (tx, payload, context) => append(tx, publishedMessage(${message.key}Route, payload, context)),\n`,
  );
  return [
    ...routes,
    comment(
      `Everything the ${service.name} service sends. A call validates the payload, encodes it and adds it to the ` +
        "transaction's outbox; the relay publishes it after the commit.\n\n" +
        "Each call throws a MessagingError `message-invalid` when the payload breaks the contract.",
    ),
    `export interface Outbox<Transaction> {\n${methods.join("")}}\n\n`,
    "export function createOutbox<Transaction>(append: AppendToOutbox<Transaction>): Outbox<Transaction> {\n",
    `  return {\n${calls.join("")}  };\n}\n`,
  ].join("");
}

function consumer(contract: Contract, service: Service, operation: ReceiveOperation): string {
  const { queue, messages, prefetch, batchSize } = operation;
  const concern = concernOf(service, queue.name);
  const descriptor = {
    name: queue.name,
    redeliveryExchange: service.redeliveryExchange,
    deadLetterQueue: deadLetterChannels(contract, queue)[0]?.name ?? "",
    retryTiers: queue.retryTiers.map((tier) => ({ queue: tier.queue, delay: tier.delay })),
    prefetch,
    batchSize,
  };
  return [
    comment(`Messages of the queue \`${queue.name}\`, by the key of their handler.`),
    `export interface ${concern}Messages {\n${messages.map(payloadProperty).join("")}}\n\n`,
    `const queue${concern}: ConsumedQueueDescriptor = ${literal(descriptor)};\n\n`,
    comment(
      `Consumes \`${queue.name}\`: ${queue.description} ${operation.summary} Takes one handler for each message of the queue.`,
    ),
    `export function consume${concern}<Transaction>(\n`,
    "  broker: Broker,\n",
    "  inbox: Inbox<Transaction>,\n",
    `  handlers: Handlers<${concern}Messages, Transaction>,\n`,
    "): Consumer {\n",
    `  return broker.consume<${concern}Messages, Transaction>(queue${concern}, inbox, {\n`,
    ...messages.map(
      (message) =>
        `    ${message.key}: { message: ${message.key}Message, handler: handlers.${message.key} },\n`,
    ),
    "  });\n}\n",
  ].join("");
}

function consumedQueues(service: Service, receives: readonly ReceiveOperation[]): string {
  const names = receives.map(({ queue }) => `queue${concernOf(service, queue.name)}`);
  return [
    comment(`The queues that the ${service.name} service consumes.`),
    `export const consumedQueues: readonly ConsumedQueueDescriptor[] = [${names.join(", ")}];\n`,
  ].join("");
}

function payloadProperty(message: Message): string {
  return `${comment(message.summary, 2)}  ${message.key}: ${message.payload};\n`;
}

/** `order.stock` of the service `order` becomes `Stock`. */
function concernOf(service: Service, queue: string): string {
  const name = queue.startsWith(`${service.name}.`) ? queue.slice(service.name.length + 1) : queue;
  return name
    .split(/[^A-Za-z0-9]+/)
    .map(capitalized)
    .join("");
}
