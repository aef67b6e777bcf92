import { parameterOf } from "@rabbit-contract/messaging/address";
import type { AddressParameter, Binding, Contract, Route } from "../contract.ts";
import { Node } from "../model/node.ts";
import { pointerOf } from "../source.ts";
import { notRequiredString } from "./required-string.ts";
import { type Complaint, complaint, quoted, type Rule } from "./rule.ts";

export const addressesFitTheirExchange: Rule = {
  name: "addresses-fit-their-exchange",
  summary:
    "An address is a routing key, its parameters are words of it, and each binding says what its exchange looks at.",
  *check(contract) {
    for (const route of contract.routes) yield* addressComplaints(route, contract);
    const types = new Map(
      contract.routes.flatMap(({ exchange: { name, type, alternate } }) => [
        [name, type] as const,
        ...(alternate ? [[alternate.name, alternate.type] as const] : []),
      ]),
    );
    for (const { channel, name, bindings, place } of contract.queues) {
      // Its dead-letter queue, which is of another channel or has the same place, follows from it.
      if (/[{}]/.test(name) && contract.source.at(`/channels${pointerOf(channel)}`) !== undefined) {
        yield complaint(
          contract.source.place(`${place.pointer}/address`),
          `the queue "${name}" has a parameter in its name`,
          "give it a name; for replies, use the reply of the request's operation: they need no queue",
        );
      }
      for (const binding of bindings) {
        // The wildcard or parameter of an address, which is reported itself, is in what follows from it as well.
        const isDerived = binding.place.pointer === place.pointer && /[*#{}]/.test(binding.routingKey);
        if (!isDerived) yield* bindingComplaints(name, binding, types.get(binding.exchange) ?? "direct");
      }
    }
  },
};

function* addressComplaints(route: Route, contract: Contract): Generator<Complaint> {
  const { source } = contract;
  const { channel, exchange, routingKey, parameters, place } = route;
  const at = source.place(`${place.pointer}/address`);
  const words = routingKey.split(".");
  if (exchange.type === "direct" || exchange.type === "topic") {
    if (routingKey === "") {
      yield complaint(
        at,
        `the channel "${channel}" has no address`,
        "add the routing key of its messages as address",
      );
    }
    for (const word of words.filter((one) => one === "*" || one === "#")) {
      yield complaint(
        at,
        `the address "${routingKey}" has the wildcard ${word}, and a message is sent with one key`,
        "make it a parameter, {name}; queues are bound with wildcards",
      );
    }
  }
  for (const word of words.filter((one) => /[{}]/.test(one) && parameterOf(one) === undefined)) {
    yield complaint(
      at,
      `a parameter is only a part of the word "${word}" of the address "${routingKey}"`,
      "make the parameter a word of its own, between dots: wildcards stand for whole words",
    );
  }
  const named = words.flatMap((word) => parameterOf(word) ?? []);
  for (const name of named.filter((one) => !parameters.some((parameter) => parameter.name === one))) {
    yield complaint(
      at,
      `the parameter "${name}" of "${routingKey}" is not declared`,
      "add it to the channel's parameters",
    );
  }
  for (const parameter of parameters) {
    if (!named.includes(parameter.name)) {
      yield complaint(
        parameter.place,
        `"${parameter.name}" is not in the address "${routingKey}"`,
        "remove it, or add it to the address",
      );
    }
    yield* locationComplaints(parameter, route, contract);
    yield* parameterComplaints(parameter, route, new Node(source, parameter.place.pointer));
  }
}

function* locationComplaints(
  { name, path, place }: AddressParameter,
  { messages }: Route,
  { source, schemaPointers }: Contract,
): Generator<Complaint> {
  for (const message of path ? messages : []) {
    const problem = notRequiredString(schemaPointers[message.payload] ?? "", path ?? [], source);
    if (problem === undefined) continue;
    yield complaint(
      place,
      `the parameter "${name}" of "${message.name}" ${problem}`,
      "locate it at a required string of the payload, or remove the location: the outbox asks for it then",
    );
  }
}

function* parameterComplaints(
  { name, values, path, place }: AddressParameter,
  { exchange }: Route,
  written: Node,
): Generator<Complaint> {
  if (exchange.type === "direct" && values === undefined) {
    yield complaint(
      place,
      `the parameter "${name}" may be any word, and the exchange "${exchange.name}" is direct: queues would have to be bound with every one`,
      "make the exchange a topic, or list the parameter's values as enum",
    );
  }
  const bad = (values ?? []).filter((value) => value === "" || /[.*#]/.test(value));
  if (bad.length > 0) {
    yield complaint(
      place,
      `the parameter "${name}" has the ${bad.length === 1 ? "value" : "values"} ${quoted(bad)}, which is not a single word`,
      "leave out dots, * and #, which have a meaning in routing keys",
    );
  }
  if (written.at("default").exists) {
    yield complaint(
      place,
      `the parameter "${name}" has a default, which no publisher uses`,
      "remove it: the generated code asks for the parameter",
    );
  }
  const location = written.at("location");
  if (location.exists && path === undefined) {
    yield complaint(
      place,
      `the parameter "${name}" is located at ${JSON.stringify(location.value)}`,
      'locate it in the payload, e.g. "$message.payload#/region", or remove the location',
    );
  }
}

function* bindingComplaints(
  queue: string,
  binding: Binding,
  type: Route["exchange"]["type"],
): Generator<Complaint> {
  const { exchange, routingKey, place } = binding;
  const args = Object.keys(binding.arguments);
  const words = routingKey.split(".");
  if ((type === "direct" || type === "topic") && routingKey === "") {
    yield complaint(
      place,
      `"${queue}" is bound to the ${type} exchange "${exchange}" without a key`,
      "name the keys under routingKeys",
    );
  }
  if (type === "direct" && words.some((word) => word === "*" || word === "#")) {
    yield complaint(
      place,
      `"${queue}" is bound to "${exchange}" with "${routingKey}", and a direct exchange has no wildcards`,
      "name each key, or make the exchange a topic",
    );
  }
  if (words.some((word) => parameterOf(word) !== undefined)) {
    yield complaint(
      place,
      `"${queue}" is bound to "${exchange}" with the address "${routingKey}", which no channel has`,
      "use the address of a channel of that exchange, or a pattern",
    );
  }
  if (type === "headers" && !args.some((name) => name !== "x-match")) {
    yield complaint(
      place,
      `"${queue}" is bound to the headers exchange "${exchange}" without arguments to match`,
      "add arguments: { x-match: all, <header>: <value> }",
    );
  }
  const match = binding.arguments["x-match"];
  const known = ["all", "any", "all-with-x", "any-with-x"];
  if (type === "headers" && match !== undefined && !known.some((one) => one === match)) {
    yield complaint(
      place,
      `"${queue}" is bound with x-match ${JSON.stringify(match)}`,
      `use one of ${quoted(known)}`,
    );
  }
}
