/**
 * Which pods may connect to which: exactly the arrows of the topology picture, and the connections that operations
 * need.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { serviceNames } from "@orders/stack";
import type { INetworkPolicySpec } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicySpec";
import { ofKind, workloadsOf } from "./manifests.ts";

type Labels = Readonly<Record<string, string>>;
type Peer = {
  readonly podSelector?: { matchLabels?: Labels };
  readonly namespaceSelector?: { matchLabels?: Labels };
};
type Rule = { readonly peers: readonly Peer[] | undefined; readonly ports: readonly number[] };

const policies = ofKind<INetworkPolicySpec>("production", "NetworkPolicy").map(({ spec }) => spec);

/** The operators' documentation gives the labels of their pods. */
const pods: Readonly<Record<string, Labels>> = {
  ...Object.fromEntries(workloadsOf("production").map(({ name, labels }) => [name, labels])),
  rabbitmq: { "app.kubernetes.io/name": "rabbitmq", "app.kubernetes.io/component": "rabbitmq" },
  ...Object.fromEntries(
    serviceNames.flatMap((service): [string, Labels][] => [
      [`${service}-pooler`, { "cnpg.io/poolerName": `${service}-pooler` }],
      [`${service}-database`, { "cnpg.io/cluster": `${service}-database`, "cnpg.io/podRole": "instance" }],
    ]),
  ),
};

/** Namespaces of other systems. */
const outside = ["ingress-nginx", "keda", "rabbitmq-system", "cnpg-system", "monitoring"];

const isIn = (selector: Labels | undefined, labels: Labels) =>
  Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);

function rulesOf(name: string, direction: "ingress" | "egress"): Rule[] {
  return policies
    .filter(({ podSelector }) => isIn(podSelector?.matchLabels, pods[name] ?? {}))
    .flatMap((spec) =>
      direction === "ingress"
        ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
        : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports })),
    )
    .map(({ peers, ports = [] }) => ({
      peers: peers as readonly Peer[] | undefined,
      ports: ports.flatMap(({ port, endPort }) =>
        typeof port !== "number"
          ? []
          : Array.from({ length: (endPort ?? port) - port + 1 }, (_, index) => port + index),
      ),
    }));
}

function names(peer: Peer, other: string): boolean {
  if (outside.includes(other))
    return peer.namespaceSelector?.matchLabels?.["kubernetes.io/metadata.name"] === other;
  return peer.namespaceSelector === undefined && isIn(peer.podSelector?.matchLabels, pods[other] ?? {});
}

/** Ports on which `name` accepts connections from `other`, or may connect to it. */
function open(name: string, direction: "ingress" | "egress", other: string): number[] {
  return rulesOf(name, direction)
    .filter(({ peers }) => peers?.some((peer) => names(peer, other)))
    .flatMap(({ ports }) => ports);
}

const inside = Object.keys(pods);

/** `from → to: ports`, for each pair between which a connection can be made. */
function arrows(): string[] {
  return [...inside, ...outside].flatMap((from) =>
    inside.flatMap((to) => {
      const ports = open(to, "ingress", from).filter(
        (port) => outside.includes(from) || open(from, "egress", to).includes(port),
      );
      return ports.length === 0
        ? []
        : [`${from} → ${to}: ${[...new Set(ports)].sort((a, b) => a - b).join(", ")}`];
    }),
  );
}

describe("the network policies", () => {
  it("allow no connection to or from a pod unless a rule does", () => {
    const all = policies.find(({ podSelector }) => Object.keys(podSelector ?? {}).length === 0);
    assert.deepEqual(all?.policyTypes, ["Ingress", "Egress"]);
    assert.equal(all?.ingress, undefined);
    assert.deepEqual(
      all?.egress?.flatMap(({ ports }) => ports?.map(({ port }) => port)),
      [53, 53],
    );
  });

  it("let services reach the broker and their own database, but not each other", () => {
    const nodes = Array.from({ length: 11 }, (_, index) => 35672 + index).join(", ");
    const expected = [
      ...serviceNames.flatMap((service, index) => [
        `${service} → rabbitmq: 5671`,
        `${service} → ${service}-pooler: 5432`,
        `${service}-pooler → ${service}-database: 5432`,
        `${service}-migrate → ${service}-database: 5432`,
        `${service}-database → ${service}-database: 5432, 8000`,
        `console → ${service}: ${8001 + index}, ${9001 + index}`,
        `ingress-nginx → ${service}: ${8001 + index}`,
        `monitoring → ${service}: ${9001 + index}`,
        `monitoring → ${service}-database: 9187`,
        `monitoring → ${service}-pooler: 9127`,
        `cnpg-system → ${service}-database: 5432, 8000`,
      ]),
      "console → rabbitmq: 15671",
      "ingress-nginx → console: 8000",
      "keda → rabbitmq: 15671",
      "rabbitmq-system → rabbitmq: 15671",
      "monitoring → rabbitmq: 15691",
      `rabbitmq → rabbitmq: 4369, 25672, ${nodes}`,
    ];
    assert.deepEqual(arrows().sort(), expected.sort());
  });

  it("let each pod reach nothing outside that it does not need", () => {
    for (const name of inside) {
      const anywhere = rulesOf(name, "egress").flatMap(({ peers, ports }) =>
        peers === undefined ? ports : [],
      );
      const expected = name.endsWith("-migrate")
        ? []
        : name === "notification"
          ? [443, 465, 587]
          : // The Kubernetes API for pods that operators run, the token issuer's keys for the others.
            /^rabbitmq$|-(?:database|pooler)$/.test(name)
            ? [443, 6443]
            : [443];
      assert.deepEqual(
        anywhere.sort((a, b) => a - b),
        expected,
        name,
      );
    }
  });
});
