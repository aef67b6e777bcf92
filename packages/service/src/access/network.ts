import { isIPv6 } from "node:net";

/**
 * What an address is limited as: an IPv4 address itself; of an IPv6 address its /64, since one connection usually owns all
 * addresses of that.
 */
export function networkOf(address: string): string {
  const bare = address.replace(/^\[|\]$|%.*$/g, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(bare)) return address;
  const [front = "", back] = bare.split("::");
  const start = front === "" ? [] : front.split(":");
  const end = back === undefined || back === "" ? [] : back.split(":");
  // An IPv4 address at the end stands for two groups.
  const length = start.length + end.length + (end.at(-1)?.includes(".") ? 1 : 0);
  const zeros = back === undefined ? [] : Array.from({ length: 8 - length }, () => "0");
  const groups = [...start, ...zeros, ...end].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}
