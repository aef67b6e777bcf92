/** Texts that all reports share. */
import { listed } from "../../listed.ts";
import type { Comparison } from "../compare.ts";
import type { Counterexample, Deploy, Difference, Usage } from "../difference.ts";

/** Maximum characters of a counterexample in text; JSON has all of it. */
const shownLength = 400;

export function heading({ base, contract, scope, notes }: Comparison): string {
  const compared = `${contract.source} (${contract.version}) compared with ${base.source} (${base.version})`;
  if (scope === "contract") return compared;
  return `${compared}, as documents: bindings are only the same or not, as ${listed(notes)}`;
}

export function counts({ differences, verdict }: Comparison): string {
  if (differences.length === 0) return "nothing differs";
  const count = (judgement: Difference["judgement"]) =>
    differences.filter((difference) => difference.judgement === judgement).length;
  const parts = [
    `${count("breaking")} breaking`,
    `${count("unknown")} unknown`,
    `${count("compatible")} compatible`,
  ];
  return `${parts.join(", ")}; it needs a ${verdict.needed} version`;
}

export function conclusion({ verdict }: Comparison): string {
  return `${verdict.allowed ? "allowed" : "not allowed"}: ${verdict.reason}`;
}

export function order({ differences, verdict }: Comparison): string {
  const deploys = new Set(differences.map(({ deploy }) => deploy));
  if (verdict.deploy === "together" && !deploys.has("together")) {
    return "Deploy each side in turn: some differences ask for consumers first, others for producers first; release them one after the other";
  }
  return `Deploy ${inWords(verdict.deploy)}`;
}

/** Completes "deploy" or "Deploy". */
export function inWords(deploy: Deploy): string {
  switch (deploy) {
    case "consumers-first":
      return "consumers first: replace all of their instances before any new producer runs";
    case "producers-first":
      return "producers first: replace all of their instances, and let the queues drain, before any new consumer runs";
    case "together":
      return "neither side first: no order is safe while old and new instances run side by side; take the safe way, or stop both sides for the change";
    case "any":
      return "in any order";
  }
}

export function label({ judgement, level }: Difference): string {
  return judgement === "compatible" ? level : judgement.toUpperCase();
}

export function affected({ affects, services }: Difference): string {
  return affects.join(", ") + (affects.length > 0 && services.length > 0 ? ` (${services.join(", ")})` : "");
}

/** Which consumers read a field, and which have no pact that would say so. */
export function readers({ readBy, notReadBy, notAsked }: Usage): string {
  const asked = [...readBy.map(({ consumer }) => consumer), ...notReadBy];
  if (asked.length === 0) return `unknown consumers: no pact is about this message${missing(notAsked)}`;
  const names = readBy.map(({ consumer, fields }) => `${consumer} (${fields.join(", ")})`);
  return `${listed(names) || "no consumer"}; asked: ${listed(asked)}${missing(notAsked)}`;
}

function missing(consumers: readonly string[]): string {
  return consumers.length === 0 ? "" : `; without a pact: ${listed(consumers)}`;
}

export function example(counterexample: Counterexample): string {
  const { part, sentBy, refusedBy, problem } = counterexample;
  return `${sentBy} may send the ${part} ${shown(counterexample)}; ${refusedBy} refuse it: ${problem}`;
}

export function shown({ value }: Counterexample): string {
  const text = JSON.stringify(value);
  if (text.length <= shownLength) return text;
  return `${text.slice(0, shownLength)}… (${text.length} characters, all with --format json)`;
}
