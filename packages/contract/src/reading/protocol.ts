/** Reports documents for protocols other than AMQP 0.9.1, which RabbitMQ's clients use. */
import type { Finding } from "../finding.ts";
import { isObject, type JsonObject, pointerOf } from "../json.ts";
import { listed } from "../listed.ts";
import type { Source } from "../source.ts";

const noPart: JsonObject = {};
const ours = new Set(["amqp", "amqps"]);

/** One finding for a document, or for those of its channels, that no server with AMQP has. */
export function protocolFindings(source: Source): Finding[] {
  const servers = partsOf(source, "servers").map(({ name, pointer, part }) => ({
    name,
    pointer,
    protocol: String(part.protocol).toLowerCase(),
  }));
  const others = servers.filter(({ protocol }) => !ours.has(protocol));
  const [first] = others;
  if (!first) return servers.length > 0 ? [] : ofBindings(source);
  const spoken = listed([...new Set(others.map(({ protocol }) => protocol))]);
  if (others.length === servers.length) {
    const what = `${others.length === 1 ? `the server "${first.name}" speaks` : "the servers speak"} ${spoken}`;
    return [finding(source, `${first.pointer}/protocol`, what)];
  }
  const pointers = new Set(others.map(({ pointer }) => pointer));
  const elsewhere = partsOf(source, "channels").filter(({ pointer, part }) => {
    const names = Array.isArray(part.servers) ? [...part.servers.keys()] : [];
    return (
      names.length > 0 &&
      names.every((at) => pointers.has(source.resolve(`${pointer}/servers/${at}`).pointer))
    );
  });
  const [channel] = elsewhere;
  if (!channel) return [];
  const names = elsewhere.map(({ name }) => `"${name}"`);
  return [
    finding(source, `${channel.pointer}/servers`, `no server of ${listed(names)} speaks AMQP, but ${spoken}`),
  ];
}

/** Without servers, the channels' bindings indicate the protocol. */
function ofBindings(source: Source): Finding[] {
  const channels = partsOf(source, "channels").map(({ name, pointer }) => {
    const { value } = source.resolve(`${pointer}/bindings`);
    return {
      name,
      pointer,
      protocols: Object.keys(isObject(value) ? value : {}).filter((key) => !key.startsWith("x-")),
    };
  });
  const [first] = channels.filter(({ protocols }) => protocols.length > 0);
  if (!first || channels.some(({ protocols }) => protocols.includes("amqp"))) return [];
  const spoken = listed([...new Set(channels.flatMap(({ protocols }) => protocols))]);
  return [finding(source, `${first.pointer}/bindings`, `the channels have bindings of ${spoken}`)];
}

function partsOf(source: Source, group: "servers" | "channels") {
  const { value } = source.resolve(pointerOf(group));
  return Object.keys(isObject(value) ? value : {}).map((name) => {
    const { value: part, pointer } = source.resolve(pointerOf(group, name));
    return { name, pointer, part: isObject(part) ? part : noPart };
  });
}

function finding(source: Source, pointer: string, what: string): Finding {
  return {
    rule: "protocol",
    ...source.place(pointer),
    message: `${what}: the commands other than compare are for AMQP 0.9.1`,
    fix: "use compare, which judges messages of any protocol; or add a server whose protocol is amqp or amqps",
  };
}
