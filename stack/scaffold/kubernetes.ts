/** Manifests. Those of a new service are inventory's under another name: they have nothing that inventory alone needs. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.ts";
import { addAfterLast, edit, type Values } from "./edit.ts";

const folder = "deploy/kubernetes";

/** Files that each service has. */
const own = [
  "base/servers/inventory-database.yaml",
  "base/migrations/inventory.yaml",
  "base/services/inventory.yaml",
  "base/scaling/inventory.yaml",
];

/** Files that have an entry, or several, for each service. */
const shared: readonly (readonly [file: string, entry: RegExp])[] = [
  ["base/servers/kustomization.yaml", /^ +- [a-z]+-database\.yaml\n/m],
  ["base/migrations/kustomization.yaml", /^ +- [a-z]+\.yaml\n/m],
  ["base/services/kustomization.yaml", /^ +- [a-z]+\.yaml\n/m],
  ["base/scaling/kustomization.yaml", /^ +- [a-z]+\.yaml\n/m],
  ["base/console/console.yaml", /(?:^ +- \{ name: CONSOLE_[A-Z]+_(?:ADMIN_)?URL, .*\n){2}/m],
  ["base/console/ingress.yaml", /^ +[a-z]+\.orders\.example\.com,\n/m],
  ["base/console/ingress.yaml", /^ +- host: [a-z]+\.orders\.example\.com\n(?: {6,}.*\n)+/m],
  ["overlays/production/kustomization.yaml", /^ +- \{ name: [a-z]+, newName: .*\n/m],
  ["overlays/local/kustomization.yaml", /^ +- \{ name: [a-z]+, newName: .*\n/m],
];

export function addManifests({ service = "", SERVICE = "", port = "", adminPort = "" }: Values): void {
  const renamed = (text: string) =>
    text
      .replaceAll("inventory", service)
      .replaceAll("INVENTORY", SERVICE)
      .replaceAll("8001", port)
      .replaceAll("9001", adminPort);
  for (const file of own) {
    const text = readFileSync(join(root, folder, file), "utf8");
    writeFileSync(join(root, folder, renamed(file)), renamed(text));
  }
  for (const [file, entry] of shared)
    edit(`${folder}/${file}`, (text) => {
      const entries = text.matchAll(new RegExp(entry, "gm"));
      const model = [...entries].map(([one]) => one).find((one) => /inventory/i.test(one)) ?? "";
      return addAfterLast(text, entry, renamed(model));
    });
}

/** Lets a queue's length add replicas of the service that consumes it. */
export function scaleWith(queue: string, service: string): void {
  const trigger = /^ +- type: rabbitmq\n(?: {6,}.*\n)+/m;
  edit(`${folder}/base/scaling/${service}.yaml`, (text) => {
    const [model = ""] = trigger.exec(text) ?? [];
    return addAfterLast(text, trigger, model.replace(/queueName: .*/, `queueName: ${queue}`));
  });
}
