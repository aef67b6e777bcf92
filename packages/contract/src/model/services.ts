/** The services of a contract: those it declares, else those that its operations name, else a single one. */
import type { Contract, Service } from "../contract.ts";
import * as defaults from "./defaults.ts";
import type { Node } from "./node.ts";

export function servicesOf(document: Node): Service[] {
  const declared = document.at("x-rabbitmq", "services").entries();
  if (declared.length > 0) return declared.map(([name, node]) => service(name, node, node));
  const named = new Map<string, Node>();
  for (const [, operation] of document.at("operations").entries()) {
    const name = operation.at("x-rabbitmq").text("service");
    if (name !== undefined && !named.has(name)) named.set(name, operation);
  }
  if (named.size > 0) return [...named].map(([name, operation]) => service(name, undefined, operation));
  const info = document.at("info");
  return [service(defaults.serviceName(info.text("title") ?? ""), info, info)];
}

function service(name: string, about: Node | undefined, at: Node): Service {
  return {
    name,
    description: about?.text("description"),
    redeliveryExchange: about?.text("redeliveryExchange") ?? defaults.redeliveryExchange(name),
    place: at.place,
  };
}

/** A document with several services describes a whole system, unless it says otherwise. */
export function viewOf(document: Node, services: readonly Service[]): Contract["view"] {
  const stated = document.at("x-rabbitmq").text("view");
  if (stated === "system" || stated === "application") return stated;
  return services.length > 1 ? "system" : "application";
}
