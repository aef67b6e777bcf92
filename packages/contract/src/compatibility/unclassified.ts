/**
 * The rest of the document. Every difference of the two texts is either seen by a comparison of its own, or says
 * something to people only, or is reported here as one whose effect is not known: nothing passes unnoticed.
 */
import { isDeepStrictEqual } from "node:util";
import type { Contract } from "../contract.ts";
import { isObject, type JsonObject, type JsonValue, pointerOf, type Source } from "../source.ts";
import { compatible, type Difference, undecided } from "./difference.ts";

export function restDifferences(old: Contract, now: Contract): Difference[] {
  const changed = changedPointers(readable(old.source), readable(now.source), "");
  const texts = changed.filter((pointer) => documentation.some((pattern) => pattern.test(pointer)));
  const others = changed.filter(
    (pointer) => !texts.includes(pointer) && !compared.some((pattern) => pattern.test(pointer)),
  );
  const place = (pointer: string) => now.source.place(pointer);
  const [first] = texts;
  return [
    ...others.map((pointer) =>
      undecided({
        rule: "unknown-change",
        subject: "document",
        change: `${pointer || "/"} differs`,
        why: "its effect on those who run the old contract is unknown",
        affects: ["operators"],
        deploy: "together",
        safeWay: ["change it back: the comparison does not know what it means"],
        place: place(pointer),
      }),
    ),
    ...(first === undefined
      ? []
      : [
          compatible("patch", {
            rule: "documentation",
            subject: "document",
            change: `texts and examples: ${texts.slice(0, 5).join(", ")}${texts.length > 5 ? ` and ${texts.length - 5} more` : ""}`,
            why: "they are for people",
            place: place(first),
          }),
        ]),
  ];
}

/** What only people read. Inside of schemas, a field may be called `description`. */
const documentation: readonly RegExp[] = [
  /^\/info\/(?!version$)/,
  /^\/(id|asyncapi|tags|externalDocs)(\/|$)/,
  /^\/servers\/[^/]+\/(title|summary|description|tags|externalDocs)(\/|$)/,
  /^\/x-rabbitmq\/services\/[^/]+\/description$/,
  /^\/(channels|operations)\/[^/]+\/(title|summary|description|tags|externalDocs)(\/|$)/,
  /^\/components\/correlationIds\/[^/]+\/description$/,
  /^\/components\/messages\/[^/]+\/(title|summary|description|tags|externalDocs|examples)(\/|$)/,
  /^\/components\/schemas\/(?:.*\/(?:properties\/[^/]+|items|additionalProperties|(?:one|any|all)Of\/\d+)|[^/]+)\/(title|description|default|examples|deprecated|readOnly|writeOnly|\$comment|x-[^/]*)(\/|$)/,
];

/** What the other comparisons look at, whole objects that come and go among them. */
const compared: readonly RegExp[] = [
  /^\/servers(\/|$)/,
  /^\/info\/version$/,
  /^\/x-rabbitmq(\/(version|view)|\/services(\/[^/]+(\/redeliveryExchange)?)?)?$/,
  /^\/channels\/[^/]+$/,
  /^\/channels\/[^/]+\/(address|messages)(\/|$)/,
  /^\/channels\/[^/]+\/bindings\/amqp\/(is|exchange|queue)$/,
  /^\/channels\/[^/]+\/bindings\/amqp\/exchange\/(name|type|durable|autoDelete)$/,
  /^\/channels\/[^/]+\/bindings\/amqp\/queue\/(name|durable)$/,
  /^\/channels\/[^/]+\/x-rabbitmq(\/(version|queue|arguments|bindings|deadLetter|retry)(\/|$)|$)/,
  /^\/operations\/[^/]+$/,
  /^\/operations\/[^/]+\/(action|channel|messages)(\/|$)/,
  /^\/operations\/[^/]+\/x-rabbitmq(\/(version|service|prefetch|batchSize))?$/,
  /^\/components\/messages\/[^/]+$/,
  /^\/components\/messages\/[^/]+\/(name|payload|headers|correlationId)(\/|$)/,
  /^\/components\/correlationIds(\/[^/]+(\/location)?)?$/,
  /^\/components\/schemas(\/|$)/,
];

/** The document with its bindings in the places that refer to them. */
function readable(source: Source): JsonObject {
  const { components, channels, operations, ...others } = source.root;
  const withBindings = (kind: "channels" | "operations", owners: JsonValue | undefined) =>
    Object.fromEntries(
      Object.entries(isObject(owners) ? owners : {}).map(([key, owner]) => [
        key,
        isObject(owner) && "bindings" in owner
          ? { ...owner, bindings: resolved(source, pointerOf(kind, key, "bindings")) }
          : owner,
      ]),
    );
  const { channelBindings, operationBindings, ...rest } = isObject(components) ? components : {};
  return {
    ...others,
    channels: withBindings("channels", channels),
    operations: withBindings("operations", operations),
    components: rest,
  };
}

function resolved(source: Source, pointer: string): JsonValue {
  const { value, pointer: here } = source.resolve(pointer);
  if (!isObject(value)) return value ?? null;
  return Object.fromEntries(Object.keys(value).map((key) => [key, resolved(source, here + pointerOf(key))]));
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
