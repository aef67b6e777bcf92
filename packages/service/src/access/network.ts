import { isIPv6 } from "node:net";

/**
 * What is limited for an address: an IPv4 address itself; the /64 of an IPv6 address, since one subscriber usually has
 * all of its addresses.
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
