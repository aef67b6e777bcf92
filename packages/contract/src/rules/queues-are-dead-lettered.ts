import type { Contract, Queue, ReceiveOperation } from "../contract.ts";
import { deadLetterChannels, redeliveryExchange } from "../topology/model.ts";
import { routes } from "../topology/routes.ts";
import { type Complaint, complaint, duplicates, quoted, type Rule } from "./rule.ts";

export const queuesAreDeadLettered: Rule = {
  name: "queues-are-dead-lettered",
  summary:
    "Every consumed queue has a dead-letter queue of its own, which its route reaches and which keeps what it gets.",
  check: (contract) => {
    const routes = contract.receives.flatMap(({ queue }) => {
      const [target] = deadLetterChannels(contract, queue);
      return queue.deadLetter && target ? [{ queue, target, place: queue.deadLetter.place }] : [];
    });
    return [
      ...contract.receives.flatMap((operation) => routeComplaints(operation, contract)),
      ...duplicates(
        routes,
        ({ target }) => target.name,
        ({ queue, target, place }, first) =>
          complaint(
            place,
            `"${queue.name}" and "${first.queue.name}" share the dead-letter queue "${target.name}"`,
            `add a queue "${queue.name}.dead" and dead-letter to it`,
          ),
      ),
      ...[...new Set(routes.map(({ target }) => target))].flatMap((dead) => keepComplaints(dead, contract)),
    ];
  },
};

function routeComplaints({ queue, service }: ReceiveOperation, contract: Contract): Complaint[] {
  const redelivery = redeliveryExchange(contract, service);
  const route = queue.deadLetter;
  if (!route) {
    return [
      complaint(
        queue.place,
        `the consumed queue "${queue.name}" has no dead-letter route: what cannot be handled would be lost`,
        `add x-rabbitmq.deadLetter: { exchange: ${redelivery}, routingKey: ${queue.name}.dead } and that queue`,
      ),
    ];
  }
  const targets = deadLetterChannels(contract, queue);
  const [target] = targets;
  if (!target || targets.length > 1) {
    return [
      complaint(
        route.place,
        target
          ? `"${queue.name}" dead-letters to several queues: ${quoted(targets.map(({ name }) => name))}`
          : `"${queue.name}" dead-letters to exchange "${route.exchange}" with key "${route.routingKey}", and no queue is bound to that`,
        "bind exactly one queue to the dead-letter route",
      ),
    ];
  }
  const complaints: Complaint[] = [];
  if (route.exchange !== redelivery) {
    complaints.push(
      complaint(
        route.place,
        `"${queue.name}" dead-letters through "${route.exchange}", which is not the redelivery exchange of its consumer ${service}`,
        `dead-letter through "${redelivery}": ${service} may write to no other exchange`,
      ),
    );
  }
  if (route.routingKey !== target.name) {
    complaints.push(
      complaint(
        route.place,
        `"${queue.name}" dead-letters with key "${route.routingKey}" to the queue "${target.name}"`,
        `use the queue's name as routing key, as all redelivery does: "${target.name}"`,
      ),
    );
  }
  if (target.type !== queue.type || target.deliveryLimit !== queue.deliveryLimit) {
    complaints.push(
      complaint(
        target.place,
        `the dead-letter queue "${target.name}" differs from "${queue.name}" in its type or delivery limit`,
        `give it the x-rabbitmq.queue of "${queue.name}": the runtime declares both with the same`,
      ),
    );
  }
  if (contract.receives.some((operation) => operation.queue === target)) {
    complaints.push(
      complaint(
        route.place,
        `"${queue.name}" dead-letters to "${target.name}", which is consumed`,
        "dead-letter to a queue that only an operator reads: what failed here would go round in circles",
      ),
    );
  }
  return complaints;
}

/** A dead-letter queue neither expires nor forwards, and gets nothing but dead letters. */
function keepComplaints(dead: Queue, contract: Contract): Complaint[] {
  const complaints: Complaint[] = [];
  if (contract.receives.some((operation) => operation.queue === dead)) return complaints;
  if (dead.deadLetter || dead.retryTiers.length > 0) {
    complaints.push(
      complaint(
        dead.deadLetter?.place ?? dead.place,
        `the dead-letter queue "${dead.name}" has ${dead.deadLetter ? "a dead-letter route" : "retry tiers"} of its own`,
        "remove it: a dead-letter queue keeps its messages until an operator replays or deletes them",
      ),
    );
  }
  for (const { exchange, routingKey, place } of dead.bindings) {
    const isRoute = contract.queues.some(
      ({ deadLetter }) => deadLetter && routes(deadLetter, { exchange, routingKey }),
    );
    if (isRoute) continue;
    complaints.push(
      complaint(
        place,
        `the dead-letter queue "${dead.name}" is bound to "${exchange}" with the key "${routingKey}", and would get more than dead letters`,
        "remove the binding",
      ),
    );
  }
  return complaints;
}
