/** What counts as an error: the rules' own severities, those of a profile, and exceptions with a reason and a last day. */
import type { Contract, Exception } from "../contract.ts";
import type { Finding, Severity } from "../finding.ts";
import { isWithin } from "../json.ts";
import type { Rule } from "./rule.ts";

export interface Profile {
  /** Advice counts as errors. @default false */
  readonly strict?: boolean;
  /** By the names of rules. @default each rule's own */
  readonly severities?: Readonly<Record<string, Severity>>;
  /** In addition to those in the document. @default none */
  readonly exceptions?: readonly Exception[];
  /** The day on which exceptions hold or have expired, such as 2026-03-14. @default today, in UTC */
  readonly today?: string;
}

/** The findings that no exception covers, each with its severity, and findings about the exceptions themselves. */
export function judged(
  findings: readonly Finding[],
  contract: Contract,
  rules: readonly Rule[],
  profile: Profile,
): Finding[] {
  const { strict = false, severities = {}, today = new Date().toISOString().slice(0, 10) } = profile;
  const exceptions = [...contract.exceptions, ...(profile.exceptions ?? [])];
  const severityOf = (name: string): Severity =>
    severities[name] ??
    (!strict && rules.some((rule) => rule.name === name && rule.isAdvice) ? "advice" : "error");
  const used = new Set<Exception>();
  const left = findings.filter((finding) => {
    const covering = exceptions.filter((exception) => covers(exception, finding));
    for (const exception of covering) used.add(exception);
    const isNeeded = rules.some((rule) => rule.name === finding.rule && rule.isNeeded);
    return isNeeded || !covering.some(({ until }) => until >= today);
  });
  return [
    ...left.map((finding) => ({ ...finding, severity: severityOf(finding.rule) })),
    ...exceptions.flatMap((exception) => problemOf(exception, used.has(exception), rules, today)),
  ];
}

function covers({ rule, at }: Exception, finding: Finding): boolean {
  return rule === finding.rule && isWithin(finding.pointer, at);
}

function problemOf(exception: Exception, isUsed: boolean, rules: readonly Rule[], today: string): Finding[] {
  const { rule: name, at, reason, until, place } = exception;
  const rule = rules.find((candidate) => candidate.name === name);
  const problem = (message: string, fix: string, severity: Severity = "error"): Finding[] => [
    { rule: "exceptions", severity, ...place, message, fix },
  ];
  if (!rule) {
    return problem(
      `there is no rule "${name}" to except from`,
      "name a rule as its findings do, e.g. settings-are-honoured",
    );
  }
  if (rule.isNeeded) {
    return problem(
      `"${name}" allows no exception: no code can be generated without it`,
      "remove the exception, and fix what the rule reports",
    );
  }
  if (Number.isNaN(Date.parse(until)))
    return problem(`"${until}" is not a day`, "set until to a day of the calendar, such as 2027-01-31");
  if (until < today) {
    return problem(
      `the exception from "${name}" at "${at || "/"}" expired on ${until}; its reason was: ${reason}`,
      "fix what the rule reports, or set a later date with a reason that still holds",
    );
  }
  if (isUsed) return [];
  return problem(
    `the exception from "${name}" at "${at || "/"}" covers nothing: the rule reports nothing there`,
    "remove the exception",
    "advice",
  );
}
