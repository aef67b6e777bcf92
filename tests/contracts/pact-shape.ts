/** Checks that a pact is complete: Pact's verifier ignores parts that are missing. */
import type { HttpInteraction, Interaction, MessageInteraction, Pact } from "./pact-files.ts";

/** A problem of one interaction, or of the whole pact. */
export interface PactProblem {
  readonly interaction?: Interaction;
  /** What is wrong, with the pact and the interaction as its subject: `"stock.low" has no metadata`. */
  readonly text: string;
}

/** A complete message interaction. */
export interface WholeMessage extends MessageInteraction {
  readonly contents: { readonly content: unknown; readonly contentType?: string };
  readonly metadata: Readonly<Record<string, unknown>>;
}

export function shapeProblems({ interactions }: Pact): PactProblem[] {
  if (!Array.isArray(interactions) || interactions.length === 0) return [{ text: "has no interactions" }];
  const seen = new Set<string>();
  return interactions.flatMap((interaction) => {
    const name = nameOf(interaction);
    const problems = [
      ...(seen.has(name) ? ["is there twice: the verifier would report only one of them"] : []),
      ...(interaction.pending ? ["is pending: the verifier reports no failure of it"] : []),
      ...missingParts(interaction).map((part) => `has no ${part}: the verifier compares nothing with it`),
    ];
    seen.add(name);
    return problems.map((text) => ({ interaction, text: `${name} ${text}` }));
  });
}

export function isWhole(interaction: Interaction): interaction is WholeMessage {
  return interaction.type === "Asynchronous/Messages" && missingParts(interaction).length === 0;
}

export function nameOf({ description, providerStates = [] }: Interaction): string {
  const states = providerStates.map(({ name }) => name).join(" and ");
  return `"${description}"${states === "" ? "" : ` (${states})`}`;
}

function missingParts(interaction: MessageInteraction | HttpInteraction): string[] {
  if (interaction.type === "Asynchronous/Messages") {
    const { contents, metadata } = interaction;
    return [
      ...(contents?.content === undefined ? ["contents"] : []),
      ...(metadata === undefined || Object.keys(metadata).length === 0 ? ["metadata"] : []),
    ];
  }
  if (interaction.type === "Synchronous/HTTP") {
    const { request, response } = interaction;
    return [
      ...(request?.method && request.path ? [] : ["request"]),
      ...(response?.status === undefined ? ["response"] : []),
    ];
  }
  return ['type "Asynchronous/Messages" or "Synchronous/HTTP"'];
}
