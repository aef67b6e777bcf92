/** Settings that say what holds without them: whether a contract states them makes no difference. */
import { operationSettings } from "../rules/settings-are-honoured.ts";
import { isObject, type JsonObject, type JsonValue, mapping, pointerOf, segmentsOf } from "../source.ts";

/** By their pointers: `*` is any one key. */
const defaults: Readonly<Record<string, readonly JsonValue[]>> = {
  "/defaultContentType": ["application/json"],
  "/channels/*/bindings/amqp/exchange/vhost": ["/"],
  "/channels/*/bindings/amqp/queue/vhost": ["/"],
  "/channels/*/bindings/amqp/queue/exclusive": [false],
  "/channels/*/bindings/amqp/queue/autoDelete": [false],
  "/messages/*/bindings/amqp/contentEncoding": ["utf-8", "UTF-8"],
  ...Object.fromEntries(
    Object.entries(operationSettings).map(([key, { kept }]) => [`/operations/*/bindings/amqp/${key}`, kept]),
  ),
};

/**
 * A contract without them, and without the bindings that have nothing else.
 * @param contentType that of messages which state none
 */
export function withoutDefaults(contract: JsonObject, contentType: JsonValue): JsonObject {
  return mapping(stripped(contract, "", { ...defaults, "/messages/*/contentType": [contentType] }));
}

function stripped(value: JsonValue, pointer: string, held: typeof defaults): JsonValue | undefined {
  const [part = "", name, ...inner] = segmentsOf(pointer);
  const setting = pointerOf(part, ...(name === undefined ? [] : ["*", ...inner]));
  // The first says which keys the binding may have. The AMQP type of a message is its name, whatever the second says.
  if (/\/bindings\/amqp\/(bindingVersion|messageType)$/.test(setting)) return undefined;
  if (held[setting]?.some((one) => one === value)) return undefined;
  // Of schemas, every keyword has a meaning.
  if (!isObject(value) || part === "schemas") return value;
  const kept = Object.entries(value).flatMap(([key, item]) => {
    const rest = stripped(item, pointer + pointerOf(key), held);
    return rest === undefined ? [] : [[key, rest] as const];
  });
  const isBinding = inner[0] === "bindings" && inner.length < 3;
  return isBinding && kept.length === 0 ? undefined : Object.fromEntries(kept);
}
