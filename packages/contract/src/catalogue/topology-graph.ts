/** The graph of the topology picture: services, exchanges, routing keys, queues, services, and their edges. */
import type { Contract, Exchange, Message, Queue, ReceiveOperation, Route } from "../contract.ts";
import { deadLetterChannels, redeliveryExchange } from "../topology/model.ts";
import { reaches } from "../topology/routes.ts";

export type TopologyNode =
  | { readonly kind: "producer" | "consumer"; readonly id: string; readonly service: string }
  | { readonly kind: "exchange"; readonly id: string; readonly exchange: Exchange }
  | { readonly kind: "key"; readonly id: string; readonly route: Route }
  | ({ readonly kind: "queue"; readonly id: string } & QueueNode);

export interface QueueNode {
  readonly queue: Queue;
  readonly receives: readonly ReceiveOperation[];
  /** The exchange for retries and dead letters. */
  readonly redelivery: string;
  readonly deadLetters: readonly Queue[];
}

export interface TopologyEdge {
  readonly from: string;
  readonly to: string;
  /** The exchange of the route. */
  readonly exchange: string;
}

export interface TopologyGraph {
  /** Producers, exchanges, routing keys, queues, consumers. */
  readonly layers: readonly (readonly TopologyNode[])[];
  readonly edges: readonly TopologyEdge[];
}

/** @param message shows only this message's routes */
export function topologyGraph(contract: Contract, message?: Message): TopologyGraph {
  const sends = contract.sends.filter((send) => !message || send.messages.includes(message));
  const routes = unique(sends.map((send) => send.route));
  const exchanges = contract.exchanges.filter(({ name }) =>
    routes.some((route) => route.exchange.name === name),
  );
  const producers = unique(sends.map((send) => send.service));
  const queues = contract.queues.filter((queue) => routes.some((route) => reaches(route, queue)));
  const receives = contract.receives.filter((receive) => queues.includes(receive.queue));
  const consumers = unique(receives.map((receive) => receive.service));

  const edges: TopologyEdge[] = [
    ...uniqueEdges(sends.map((send) => edge(producerId(send.service), exchangeId(send.route), send.route))),
    ...routes.map((route) => edge(exchangeId(route), keyId(route), route)),
    ...routes.flatMap((route) =>
      queues
        .filter((queue) => reaches(route, queue))
        .map((queue) => edge(keyId(route), queueId(queue), route)),
    ),
    ...receives.flatMap(({ queue, service }) => {
      const [binding] = queue.bindings;
      return binding ? [{ from: queueId(queue), to: consumerId(service), exchange: binding.exchange }] : [];
    }),
  ];
  const layers: TopologyNode[][] = [
    producers.map((service) => ({ kind: "producer", id: producerId(service), service })),
    exchanges.map((exchange) => ({ kind: "exchange", id: `exchange ${exchange.name}`, exchange })),
    routes.map((route) => ({ kind: "key", id: keyId(route), route })),
    queues.map((queue) => ({ kind: "queue", id: queueId(queue), ...queueNode(contract, queue) })),
    consumers.map((service) => ({ kind: "consumer", id: consumerId(service), service })),
  ];
  return { layers, edges };
}

function queueNode(contract: Contract, queue: Queue): QueueNode {
  const receives = contract.receives.filter((receive) => receive.queue === queue);
  return {
    queue,
    receives,
    redelivery: redeliveryExchange(contract, receives[0]?.service ?? ""),
    deadLetters: deadLetterChannels(contract, queue),
  };
}

const producerId = (service: string) => `producer ${service}`;
const consumerId = (service: string) => `consumer ${service}`;
const exchangeId = (route: Route) => `exchange ${route.exchange.name}`;
const keyId = (route: Route) => `key ${route.exchange.name} ${route.routingKey}`;
const queueId = (queue: Queue) => `queue ${queue.name}`;

function edge(from: string, to: string, route: Route): TopologyEdge {
  return { from, to, exchange: route.exchange.name };
}

function unique<Item>(items: readonly Item[]): Item[] {
  return [...new Set(items)];
}

function uniqueEdges(edges: readonly TopologyEdge[]): TopologyEdge[] {
  return [...new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge])).values()];
}
