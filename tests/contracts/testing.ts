/** The project's contract and pacts, and pacts with one change. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildContract, Source } from "@rabbit-contract/contract";
import { type MessageInteraction, type Pact, readPacts, root } from "./pact-files.ts";

export const contract = buildContract(Source.read(join(root, "asyncapi/asyncapi.yaml")));
export const pacts = readPacts();
export const exists = (path: string): boolean => existsSync(join(root, path));

/** @param change applied to the interactions about messages of this type, in all pacts; undefined removes them */
export function changed(
  type: string,
  change: (interaction: MessageInteraction) => MessageInteraction | undefined,
): Pact[] {
  return pacts.map((pact) => ({
    ...pact,
    interactions: pact.interactions.flatMap((one) =>
      one.type === "Asynchronous/Messages" && one.description === type ? (change(one) ?? []) : [one],
    ),
  }));
}
