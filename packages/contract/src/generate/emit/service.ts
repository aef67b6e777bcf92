/** One file for each service: a descriptor of what it sends and consumes, and the types that follow from it. */
import type { Contract, ReceiveOperation, SendOperation, Service } from "../../contract.ts";
import { camelCase, pascalCase } from "../../schema/names.ts";
import { literal } from "../../schema/source-text.ts";
import { consumedQueue, exchangeSettings, publishedRoute } from "../../topology/model.ts";
import { concernOf, queueConstant, serviceConstant } from "../names.ts";
import { banner, documentation, file, imported, runtimeModule, sentences } from "./text.ts";

export function serviceFile(contract: Contract, service: Service): string {
  const define = imported("defineService", [serviceConstant(service)]);
  const own = contract.sends.filter((operation) => operation.service === service.name);
  const sends = own.filter(({ reply }) => reply === undefined);
  const requests = own.filter(({ reply }) => reply !== undefined);
  const exchanges = exchangeSettings(own);
  const receives = contract.receives.filter((operation) => operation.service === service.name);
  return file([
    ...banner(contract),
    ...imports(define.clause, sends, requests, receives),
    ...receives.flatMap((operation) => ["", ...queue(contract, service, operation)]),
    "",
    ...documentation(service.description, service.place),
    `export const ${serviceConstant(service)} = ${define.name}({`,
    `name: ${JSON.stringify(service.name)},`,
    ...(Object.keys(exchanges).length > 0 ? [`exchanges: ${literal(exchanges)},`] : []),
    ...property(
      "sends",
      sends.flatMap((operation) => sent(contract, operation)),
    ),
    ...(requests.length > 0
      ? property(
          "requests",
          requests.flatMap((operation) => sent(contract, operation)),
        )
      : []),
    `queues: [${receives.map(({ queue }) => queueConstant(service, queue)).join(", ")}],`,
    "});",
    ...(sends.length > 0 ? ["", ...outboxType(service)] : []),
    ...(requests.length > 0 ? ["", ...clientType(service)] : []),
    ...receives.flatMap((operation) => ["", ...handlersType(service, operation)]),
  ]);
}

function imports(
  define: string,
  sends: readonly SendOperation[],
  requests: readonly SendOperation[],
  receives: readonly ReceiveOperation[],
): string[] {
  const runtime = [
    ...(requests.length > 0 ? ["type Client"] : []),
    ...(receives.length > 0 ? ["defineQueue"] : []),
    define,
    ...(receives.length > 0 ? ["type Handlers"] : []),
    ...(sends.length > 0 ? ["type Outbox"] : []),
  ];
  const messages = [...sends, ...requests, ...receives].flatMap((operation) => [
    ...operation.messages,
    ...(operation.reply ? [operation.reply] : []),
  ]);
  const constants = [...new Set(messages.map(({ key }) => `${key}Message`))].sort();
  return [
    importFrom(runtimeModule, runtime),
    ...(constants.length > 0 ? [importFrom("./messages.ts", constants)] : []),
  ];
}

function importFrom(module: string, names: readonly string[]): string {
  return `import { ${names.join(", ")} } from ${JSON.stringify(module)};`;
}

/** A property of a descriptor that is an object. */
function property(name: string, lines: readonly string[]): string[] {
  return [`${name}: {`, ...lines, "},"];
}

function sent(contract: Contract, operation: SendOperation): string[] {
  const { exchange, routingKey } = operation.route;
  const route = publishedRoute(contract, operation.route);
  return operation.messages.flatMap((message) => [
    ...documentation(
      sentences(operation.summary, `Goes to exchange \`${exchange.name}\` with key \`${routingKey}\`.`),
      operation.place,
    ),
    `${message.key}: {`,
    `message: ${message.key}Message,`,
    ...Object.entries(route).map(([key, value]) => `${key}: ${literal(value)},`),
    ...(operation.reply ? [`reply: ${operation.reply.key}Message,`] : []),
    "},",
  ]);
}

function queue(contract: Contract, service: Service, operation: ReceiveOperation): string[] {
  const { name, redeliveryExchange, ...settings } = consumedQueue(contract, operation);
  const entries = Object.entries({ name, redeliveryExchange, ...settings });
  return [
    ...documentation(sentences(operation.queue.description, operation.summary), operation.place),
    `export const ${queueConstant(service, operation.queue)} = defineQueue({`,
    ...entries.map(([key, value]) => `${key}: ${literal(value)},`),
    ...property(
      "messages",
      operation.messages.flatMap((message) => [
        ...documentation(message.summary, message.place),
        `${message.key}: ${message.key}Message,`,
      ]),
    ),
    ...(operation.reply
      ? property(
          "replies",
          operation.messages.map((message) => `${message.key}: ${operation.reply?.key}Message,`),
        )
      : []),
    "});",
  ];
}

function outboxType(service: Service): string[] {
  return [
    `/** One method for each message that the ${service.name} service sends. */`,
    `export type ${pascalCase(camelCase(service.name))}Outbox<Transaction> = Outbox<typeof ${serviceConstant(service)}, Transaction>;`,
  ];
}

function clientType(service: Service): string[] {
  return [
    `/** One method for each request of the ${service.name} service. */`,
    `export type ${pascalCase(camelCase(service.name))}Client = Client<typeof ${serviceConstant(service)}>;`,
  ];
}

function handlersType(service: Service, { queue }: ReceiveOperation): string[] {
  const name = `${pascalCase(camelCase(service.name))}${concernOf(service, queue)}Handlers`;
  return [
    `/** One handler for each message of the queue \`${queue.name}\`. */`,
    `export type ${name}<Transaction> = Handlers<typeof ${queueConstant(service, queue)}, Transaction>;`,
  ];
}
