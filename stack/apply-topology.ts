import type { ServiceName } from "./names.ts";

export interface TopologyTarget {
  readonly managementUrl: string;
  readonly virtualHost: string;
  readonly passwords: Readonly<Record<ServiceName, string>>;
  readonly userPrefix: string;
}

/** Brings the contract's topology, users and permissions to a virtual host. The one place that calls the contract's tool. */
export async function applyTopology(target: TopologyTarget): Promise<void> {
  const tool: { applyTopology(target: TopologyTarget): Promise<unknown> } = await import(
    new URL("../asyncapi/topology.ts", import.meta.url).href
  );
  await tool.applyTopology(target);
}
