/**
 * The rest of the document. Every difference between the two texts is either covered by a specific comparison, or is
 * only documentation, or is reported here as having an unknown effect, so that none goes unnoticed.
 */
import { isDeepStrictEqual } from "node:util";
import type { Contract } from "../contract.ts";
import {
  isObject,
  type JsonObject,
  type JsonValue,
  mapping,
  type Place,
  pointerOf,
  type Source,
  segmentsOf,
} from "../source.ts";
import type { Scope } from "./compared.ts";
import { compatible, type Difference, undecided } from "./difference.ts";
import { withoutDefaults } from "./stated-defaults.ts";

export function restDifferences(old: Contract, now: Contract, scope: Scope): Difference[] {
  const isContract = scope === "contract";
  const { defaultContentType: contentType = "application/json" } = old.source.root;
  const [was, is] = [readable(old), readable(now)].map((one) =>
    isContract ? withoutDefaults(one, contentType) : one,
  );
  const changed = changedPointers(was ?? {}, is ?? {}, "");
  const seen = isContract ? [...compared, ...topology] : compared;
  const texts = changed.filter((pointer) => documentation.some((pattern) => pattern.test(pointer)));
  const others = changed.filter(
    (pointer) => !texts.includes(pointer) && !seen.some((pattern) => pattern.test(pointer)),
  );
  const [first] = texts;
  return [
    ...others.map((pointer) =>
      undecided({
        rule: "unknown-change",
        subject: "document",
        change: `${placeOf(pointer, now).pointer || "/"} differs`,
        why: "its effect on those who run the old contract is unknown",
        affects: ["operators"],
        deploy: "together",
        safeWay: ["change it back: the comparison does not know what it means"],
        place: placeOf(pointer, now),
      }),
    ),
    ...(first === undefined
      ? []
      : [
          compatible("patch", {
            rule: "documentation",
            subject: "document",
            change: `texts and examples: ${texts
              .slice(0, 5)
              .map((pointer) => placeOf(pointer, now).pointer)
              .join(", ")}${texts.length > 5 ? ` and ${texts.length - 5} more` : ""}`,
            why: "they are for people",
            place: placeOf(first, now),
          }),
        ]),
  ];
}

/** Documentation only. Inside schemas, a field may be called `description`. */
const documentation: readonly RegExp[] = [
  /^\/info\/(?!version$)/,
  /^\/(id|asyncapi|tags|externalDocs)(\/|$)/,
  /^\/servers\/[^/]+\/(title|summary|description|tags|externalDocs)(\/|$)/,
  /^\/x-rabbitmq\/services\/[^/]+\/description$/,
  /^\/(channels|operations|messages)\/[^/]+\/(title|summary|description|tags|externalDocs)(\/|$)/,
  /^\/channels\/[^/]+\/parameters\/[^/]+\/(description|examples)(\/|$)/,
  /^\/operations\/[^/]+\/reply\/address\/description$/,
  /^\/messages\/[^/]+\/(examples|correlationId\/description)(\/|$)/,
  /^\/schemas\/(?:.*\/(?:properties\/[^/]+|items|additionalProperties|(?:one|any|all)Of\/\d+)|[^/]+)\/(title|description|default|examples?|externalDocs|deprecated|readOnly|writeOnly|\$comment|x-[^/]*)(\/|$)/,
];

/** What the other comparisons cover, including objects that are added or removed as a whole. */
const compared: readonly RegExp[] = [
  /^\/servers(\/|$)/,
  /^\/info\/version$/,
  /^\/channels\/[^/]+(\/address)?$/,
  /^\/operations\/[^/]+(\/(action|channel))?$/,
  /^\/messages\/[^/]+(\/name)?$/,
  /^\/schemas(\/|$)/,
];

/** What the comparisons of a broker's topology cover. */
const topology: readonly RegExp[] = [
  /^\/channels\/[^/]+\/parameters(\/|$)/,
  /^\/operations\/[^/]+\/reply(\/|$)/,
  /^\/x-rabbitmq(\/(version|view)|\/services(\/[^/]+(\/redeliveryExchange)?)?)?$/,
  /^\/channels\/[^/]+\/bindings\/amqp\/(is|exchange|queue)$/,
  /^\/channels\/[^/]+\/bindings\/amqp\/exchange\/(name|type|durable|autoDelete)$/,
  /^\/channels\/[^/]+\/bindings\/amqp\/queue\/(name|durable)$/,
  /^\/channels\/[^/]+\/x-rabbitmq(\/(version|queue|exchange|arguments|bindings|deadLetter|retry)(\/|$)|$)/,
  /^\/operations\/[^/]+\/x-rabbitmq(\/(version|service|prefetch|batchSize))?$/,
  /^\/messages\/[^/]+\/correlationId(\/location)?$/,
];

/**
 * The document by what it means: references followed, messages and schemas by their names in the model, and nothing under
 * `components` that is not used.
 */
function readable({ source, messages, schemas }: Contract): JsonObject {
  const { components, channels, operations, servers, ...others } = source.root;
  const each = (kind: string, keys: JsonValue | undefined, without: readonly string[]) =>
    Object.fromEntries(
      Object.keys(mapping(keys)).map((key) => [key, resolved(source, pointerOf(kind, key), without)]),
    );
  return {
    ...others,
    servers: each("servers", servers, []),
    channels: each("channels", channels, ["messages", "servers"]),
    operations: Object.fromEntries(
      Object.keys(mapping(operations)).map((id) => {
        const pointer = pointerOf("operations", id);
        const operation = resolved(source, pointer, ["messages", "channel"]);
        const channel = source.resolve(`${pointer}/channel`).pointer;
        return [id, isObject(operation) ? { ...operation, channel } : operation];
      }),
    ),
    messages: Object.fromEntries(
      messages.map(({ key, place }) => [key, resolved(source, place.pointer, ["payload", "headers"])]),
    ),
    schemas: { ...schemas },
  };
}

/** Where in the document a pointer into its readable form leads. */
function placeOf(pointer: string, contract: Contract): Place {
  const { source, messages, schemaPointers } = contract;
  const [kind, name = "", ...inner] = segmentsOf(pointer);
  const message = kind === "messages" ? messages.find(({ key }) => key === name) : undefined;
  const start = kind === "schemas" ? schemaPointers[name] : message?.place.pointer;
  return source.place(start === undefined ? pointer : start + pointerOf(...inner));
}

/** The value at `pointer` without some of its keys, references followed; one that leads back to itself stays. */
function resolved(
  source: Source,
  pointer: string,
  without: readonly string[] = [],
  around: readonly string[] = [],
): JsonValue {
  const { value, pointer: here } = source.resolve(pointer);
  if (around.includes(here)) return here;
  const inner = (key: string | number) => resolved(source, here + pointerOf(key), [], [...around, here]);
  if (Array.isArray(value)) return value.map((_, index) => inner(index));
  if (!isObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.keys(value)
      .filter((key) => !without.includes(key))
      .map((key) => [key, inner(key)]),
  );
}

/** The outermost places that differ. Lists of different lengths differ as a whole. */
function changedPointers(old: JsonValue, now: JsonValue, pointer: string): string[] {
  if (isObject(old) && isObject(now)) {
    return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((key) => {
      const [was, is] = [old[key], now[key]];
      if (was === undefined || is === undefined) return [pointer + pointerOf(key)];
      return changedPointers(was, is, pointer + pointerOf(key));
    });
  }
  if (Array.isArray(old) && Array.isArray(now) && old.length === now.length) {
    return old.flatMap((item, index) => changedPointers(item, now[index] ?? null, `${pointer}/${index}`));
  }
  return isDeepStrictEqual(old, now) ? [] : [pointer];
}
