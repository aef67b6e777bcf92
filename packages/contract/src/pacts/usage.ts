/** Adds to each field that differs between two contracts the consumers that read it, according to their pacts. */
import type { Comparison } from "../compatibility/compare.ts";
import type { Difference, Field, Usage } from "../compatibility/difference.ts";
import { consumersOf, distinct } from "../compatibility/side.ts";
import type { Contract } from "../contract.ts";
import { segmentsOf } from "../json.ts";
import type { Interaction } from "./interactions.ts";

/**
 * Adds the usage of fields to a comparison. It changes no judgement: a consumer's check refuses a message that breaks
 * its schema whether or not its handler reads the field.
 * @param interactions with all fields that their consumers read
 * @param contracts the compared ones, whose consumers are asked
 */
export function withUsage(
  comparison: Comparison,
  interactions: readonly Interaction[],
  contracts: readonly Contract[],
): Comparison {
  const differences = comparison.differences.map((difference): Difference => {
    // Pacts name all fields of a payload that are read, but not all headers.
    const { field } = difference;
    if (field?.part !== "payload") return difference;
    return { ...difference, usage: usageOf(field, interactions, contracts) };
  });
  return { ...comparison, differences };
}

function usageOf(field: Field, interactions: readonly Interaction[], contracts: readonly Contract[]): Usage {
  const about = interactions.filter(
    ({ message, schemaVersion }) =>
      message === field.message && isSameOrUnknown(schemaVersion, field.schemaVersion),
  );
  const asked = distinct(about.map(({ consumer }) => consumer)).sort();
  const reads = asked.map((consumer) => {
    const fields = about
      .filter((one) => one.consumer === consumer)
      .flatMap((one) => one.fields.filter((_, index) => touches(one.paths[index] ?? [], field.path)));
    return { consumer, fields: distinct(fields).sort() };
  });
  const consumers = contracts.flatMap((contract) =>
    contract.messages
      .filter(({ name, schemaVersion }) => name === field.message && schemaVersion === field.schemaVersion)
      .flatMap((message) => consumersOf(message, contract)),
  );
  return {
    readBy: reads.filter(({ fields }) => fields.length > 0),
    notReadBy: reads.filter(({ fields }) => fields.length === 0).map(({ consumer }) => consumer),
    notAsked: distinct(consumers)
      .filter((consumer) => !asked.includes(consumer))
      .sort(),
  };
}

/** Whether the two are equal, or one is a part of the other. */
function touches(read: readonly string[], path: string): boolean {
  return segmentsOf(path)
    .slice(0, read.length)
    .every((segment, index) => segment === "*" || segment === read[index]);
}

/** Documents and pacts need not name versions. */
function isSameOrUnknown(one: number | undefined, other: number | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}
