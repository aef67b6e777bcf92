/** Checks that every consumed message of the contract has a pact, and every sent one a verification. */
import type { Contract } from "@rabbit-contract/contract";
import type { Pact } from "./pact-files.ts";

export interface Coverage {
  readonly contract: Contract;
  readonly pacts: readonly Pact[];
  /** Whether this file exists in the project. */
  readonly exists: (path: string) => boolean;
}

interface Consumption {
  readonly consumer: string;
  readonly provider: string;
  readonly type: string;
}

/** Missing and superfluous interactions and tests, each with what to do about it. */
export function findGaps({ contract, pacts, exists }: Coverage): string[] {
  const consumptions = consumptionsOf(contract);
  const interactions = pacts.flatMap((pact) =>
    pact.interactions.flatMap(({ type, description }): Consumption[] =>
      type === "Asynchronous/Messages"
        ? [{ consumer: pact.consumer.name, provider: pact.provider.name, type: description }]
        : [],
    ),
  );
  const gaps: string[] = [];

  for (const one of consumptions) {
    if (interactions.some((interaction) => isSame(interaction, one))) continue;
    gaps.push(
      `${one.consumer} consumes "${one.type}" from ${one.provider} without an interaction: ` +
        `add one to ${consumerTests(one.consumer)}, and run make pacts`,
    );
  }
  const answers = contract.receives.flatMap(({ service, reply }) =>
    reply ? [{ service, messages: [reply] }] : [],
  );
  for (const { service, messages } of [...contract.sends, ...answers]) {
    for (const { name } of messages) {
      if (interactions.some(({ provider, type }) => provider === service && type === name)) continue;
      gaps.push(
        `${service} sends "${name}" without a verification: no pact has it; write the interaction of its consumer`,
      );
    }
  }
  for (const one of interactions) {
    if (consumptions.some((consumption) => isSame(consumption, one))) continue;
    gaps.push(
      `${one.consumer}-${one.provider}.json has "${one.type}", which according to the contract ${one.consumer} does not ` +
        `consume from ${one.provider}: remove the interaction, and run make pacts`,
    );
  }

  const needed = new Set([
    ...consumptions.map(({ consumer }) => consumerTests(consumer)),
    ...consumptions.map(({ provider }) => providerTests(provider)),
  ]);
  for (const path of needed) if (!exists(path)) gaps.push(`${path} is missing, so nothing runs these pacts`);
  return gaps;
}

/** Each pair of consumer and message, with the sender. */
function consumptionsOf({ receives, sends }: Contract): Consumption[] {
  const replies = sends.flatMap(({ service: consumer, messages, reply }) => {
    const answering = receives.filter((one) => one.messages.some((message) => messages.includes(message)));
    return reply ? answering.map(({ service: provider }) => ({ consumer, provider, type: reply.name })) : [];
  });
  const received = receives.flatMap(({ service: consumer, messages }) =>
    messages.flatMap((message) => {
      const senders = sends.filter((send) => send.messages.some(({ key }) => key === message.key));
      return [...new Set(senders.map(({ service }) => service))].map((provider) => ({
        consumer,
        provider,
        type: message.name,
      }));
    }),
  );
  return [...received, ...replies];
}

function isSame(a: Consumption, b: Consumption): boolean {
  return a.consumer === b.consumer && a.provider === b.provider && a.type === b.type;
}

const consumerTests = (service: string) => `services/${service}/contracts/${service}.consumer.test.ts`;
const providerTests = (service: string) => `services/${service}/contracts/${service}.provider.test.ts`;
