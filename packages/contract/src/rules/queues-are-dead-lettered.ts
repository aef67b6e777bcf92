import type { Contract, Queue, ReceiveOperation } from "../contract.ts";
import { deadLetterChannels, redeliveryExchange } from "../topology/model.ts";
import { routes } from "../topology/routes.ts";
import { isBrokers } from "./default-exchange-is-unused.ts";
import { type Complaint, complaint, duplicates, quoted, type Rule } from "./rule.ts";

export const queuesAreDeadLettered: Rule = {
  name: "queues-are-dead-lettered",
  summary:
    "Every consumed queue has a dead-letter queue of its own, which its route reaches and which keeps what it gets.",
  comparesParts: true,
  *check(contract) {
    for (const operation of contract.receives) yield* routeComplaints(operation, contract);
    const consumed = new Set(contract.receives.map(({ queue }) => queue));
    const targets = [...consumed].flatMap((queue) => {
      const [target] = deadLetterChannels(contract, queue);
      return queue.deadLetter && target ? [{ name: queue.name, target, place: queue.deadLetter.place }] : [];
    });
    for (const [{ name, target, place }, first] of duplicates(targets, (one) => one.target.name)) {
      yield complaint(
        place,
        `"${name}" and "${first.name}" share the dead-letter queue "${target.name}"`,
        `add a queue "${name}.dead" and dead-letter to it`,
      );
    }
    for (const dead of new Set(targets.map(({ target }) => target))) yield* keepComplaints(dead, contract);
  },
};

function* routeComplaints({ queue, service }: ReceiveOperation, contract: Contract): Generator<Complaint> {
  const redelivery = redeliveryExchange(contract, service);
  const route = queue.deadLetter;
  // A consumed queue has one by default.
  if (!route) return;
  const [target, ...others] = deadLetterChannels(contract, queue);
  if (!target || others.length > 0) {
    yield complaint(
      route.place,
      target
        ? `"${queue.name}" dead-letters to several queues: ${quoted([target, ...others].map(({ name }) => name))}`
        : `"${queue.name}" dead-letters to exchange "${route.exchange}" with key "${route.routingKey}", and no queue is bound to that`,
      "bind exactly one queue to the dead-letter route",
    );
    return;
  }
  // Other rules report the broker's own exchanges, and a consumer that the system does not have.
  if (route.exchange !== redelivery && redelivery !== "" && !isBrokers(route.exchange)) {
    yield complaint(
      route.place,
      `"${queue.name}" dead-letters through "${route.exchange}", which is not the redelivery exchange of its consumer ${service}`,
      `dead-letter through "${redelivery}": ${service} may write to no other exchange`,
    );
  }
  if (route.routingKey !== target.name) {
    yield complaint(
      route.place,
      `"${queue.name}" dead-letters with key "${route.routingKey}" to the queue "${target.name}"`,
      `use the queue's name as routing key, as all redelivery does: "${target.name}"`,
    );
  }
  for (const key of ["durable", "exclusive", "autoDelete"] as const) {
    // Another rule reports that of a quorum queue.
    if (target.type === "quorum" || target[key] === (key === "durable")) continue;
    yield complaint(
      target.place,
      `the dead-letter queue "${target.name}" has ${key}: ${target[key]}, and would lose what it keeps`,
      `set ${key}: ${key === "durable"}`,
    );
  }
  if (target.type !== queue.type || target.deliveryLimit !== queue.deliveryLimit) {
    yield complaint(
      target.place,
      `the dead-letter queue "${target.name}" differs from "${queue.name}" in its type or delivery limit`,
      `give it the x-rabbitmq.queue of "${queue.name}": the runtime declares both with the same`,
    );
  }
  if (contract.receives.some((operation) => operation.queue === target)) {
    yield complaint(
      route.place,
      `"${queue.name}" dead-letters to "${target.name}", which is consumed`,
      "dead-letter to a queue that only an operator reads: what failed here would loop for ever",
    );
  }
}

/** A dead-letter queue neither expires nor forwards, and gets nothing but dead letters. */
function* keepComplaints(dead: Queue, { receives, queues }: Contract): Generator<Complaint> {
  if (receives.some((operation) => operation.queue === dead)) return;
  if (dead.deadLetter || dead.retryTiers.length > 0) {
    yield complaint(
      dead.deadLetter?.place ?? dead.place,
      `the dead-letter queue "${dead.name}" has ${dead.deadLetter ? "a dead-letter route" : "retry tiers"} of its own`,
      "remove it: a dead-letter queue keeps its messages until an operator replays or deletes them",
    );
  }
  for (const binding of dead.bindings) {
    if (queues.some(({ deadLetter }) => deadLetter && routes(deadLetter, binding))) continue;
    yield complaint(
      binding.place,
      `the dead-letter queue "${dead.name}" is bound to "${binding.exchange}" with the key "${binding.routingKey}", and would get more than dead letters`,
      "remove the binding",
    );
  }
}
