/** Reports documents for protocols other than AMQP 0.9.1, which RabbitMQ's clients use. */
import type { Finding } from "../finding.ts";
import { listed } from "../listed.ts";
import { Node } from "../model/node.ts";
import type { Source } from "../source.ts";

const ours = new Set(["amqp", "amqps"]);

/** One finding for a document, or for those of its channels, that no server with AMQP has. */
export function protocolFindings(source: Source): Finding[] {
  const servers = new Node(source, "/servers").entries().map(([name, node]) => ({
    name,
    pointer: node.pointer,
    protocol: String(node.object.protocol).toLowerCase(),
  }));
  const others = servers.filter(({ protocol }) => !ours.has(protocol));
  const [first] = others;
  const channels = new Node(source, "/channels").entries();
  if (!first) return servers.length > 0 ? [] : ofBindings(source, channels);
  const spoken = listed([...new Set(others.map(({ protocol }) => protocol))]);
  if (others.length === servers.length) {
    const what = `${others.length === 1 ? `the server "${first.name}" speaks` : "the servers speak"} ${spoken}`;
    return [finding(source, `${first.pointer}/protocol`, what)];
  }
  const pointers = new Set(others.map(({ pointer }) => pointer));
  const elsewhere = channels.filter(([, channel]) => {
    const named = channel.at("servers").items();
    return named.length > 0 && named.every((server) => pointers.has(server.pointer));
  });
  const [channel] = elsewhere;
  if (!channel) return [];
  const names = elsewhere.map(([name]) => `"${name}"`);
  const what = `no server of ${listed(names)} speaks AMQP, but ${spoken}`;
  return [finding(source, `${channel[1].pointer}/servers`, what)];
}

/** Without servers, the channels' bindings indicate the protocol. */
function ofBindings(
  source: Source,
  channels: readonly (readonly [name: string, channel: Node])[],
): Finding[] {
  const bound = channels.map(([, channel]) => ({
    pointer: channel.pointer,
    protocols: Object.keys(channel.at("bindings").object).filter((key) => !key.startsWith("x-")),
  }));
  const [first] = bound.filter(({ protocols }) => protocols.length > 0);
  if (!first || bound.some(({ protocols }) => protocols.includes("amqp"))) return [];
  const spoken = listed([...new Set(bound.flatMap(({ protocols }) => protocols))]);
  return [finding(source, `${first.pointer}/bindings`, `the channels have bindings of ${spoken}`)];
}

function finding(source: Source, pointer: string, what: string): Finding {
  return {
    rule: "protocol",
    ...source.place(pointer),
    message: `${what}: the commands other than compare are for AMQP 0.9.1`,
    fix: "use compare, which judges messages of any protocol; or add a server whose protocol is amqp or amqps",
  };
}
