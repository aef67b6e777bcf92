import { draftOf } from "../checked-contract.ts";
import { projectOf } from "../config.ts";
import { formatFinding } from "../document.ts";
import { counted, listed } from "../listed.ts";
import { lint } from "../rules/index.ts";
import { step } from "../step.ts";
import { defineCommand, documentParameter, remoteOption } from "./command.ts";

export const command = defineCommand({
  summary: "check the contract: AsyncAPI, its bindings, and the rules",
  details: "An error is what could not be honoured, or not generated; advice is about style.",
  parameters: documentParameter,
  options: {
    strict: { type: "boolean", about: "advice counts as errors" },
    advice: { type: "boolean", about: "list the advice, instead of its number" },
    ...remoteOption,
  },
  exitCodes: { 0: "no errors", 1: "errors", 2: "cannot be read" },
  examples: {
    "lint my.yaml": "Check a contract",
    "lint my.yaml --strict": "Check its style as well, in CI",
  },
  async run({ strict = false, advice = false, ...values }, named) {
    const project = await projectOf(named, values["allow-remote"]);
    const contract = await draftOf(project);
    const messages = count(contract.messages, "message");
    const findings = await step(`checking ${messages}`, () => lint(contract, { ...project.profile, strict }));
    const [errors, others] = ["error", "advice"].map((severity) =>
      findings.filter((finding) => finding.severity === severity),
    );
    const shown = [...(errors ?? []), ...(advice ? (others ?? []) : [])];
    if (shown.length > 0) console.log(`${shown.map(formatFinding).join("\n")}\n`);
    const { services, queues, source } = contract;
    const names = listed(services.map(({ name }) => name));
    const parties = `${services.length === 1 ? "service" : "services"} ${names}`;
    const what = `${source.file} (${parties}, ${messages}, ${count(queues, "queue")})`;
    const hint = others?.length && !advice ? " (--advice lists it)" : "";
    console.log(`${what}: ${count(errors, "error")}, ${others?.length ?? 0} advice${hint}`);
    return errors?.length ? 1 : 0;
  },
});

function count(items: readonly unknown[] = [], what: string): string {
  return items.length === 0 ? `no ${what}s` : counted(items.length, what);
}
