import { existsSync } from "node:fs";
import { checkedContract } from "../checked-contract.ts";
import { readBase, releasedVersions } from "../compatibility/base.ts";
import { compare } from "../compatibility/compare.ts";
import { report, reportFormats } from "../compatibility/report/index.ts";
import { projectOf } from "../config.ts";
import { withUsage } from "../pacts/usage.ts";
import { defineCommand, releasesOption, UsageError } from "./command.ts";

export const command = defineCommand({
  summary:
    "say what a change of the contract does to those who run the old one, and whether its version allows it",
  parameters: {
    OLD: "a file, a released version or a git ref (default: the newest release)",
    NEW: "the document to judge (default: as configured, else asyncapi.yaml)",
  },
  options: {
    ...releasesOption,
    usage: {
      type: "string",
      value: "FOLDER",
      about: "the consumers' pacts, which say who reads a changed field (default: as configured, else none)",
    },
    format: { type: "string", value: "FORMAT", about: `${reportFormats.join(", ")} (default text)` },
  },
  exitCodes: { 0: "allowed", 1: "not allowed", 2: "cannot be judged" },
  onFindings: 2,
  examples: {
    "compare old.yaml new.yaml": "Compare two files",
    "compare origin/main": "Compare the document with that of a branch",
    "compare 1.4.0 --format markdown": "Report the difference to a release in a pull request",
  },
  async run(values, old, named) {
    const format = reportFormats.find((name) => name === (values.format ?? "text"));
    if (!format) throw new UsageError(`unknown format "${values.format}": use ${reportFormats.join(", ")}`);
    const project = await projectOf(named);
    const places = { contract: project.document, releases: values.releases ?? project.releases };
    const contract = await checkedContract(project);
    const base = await readBase(old || undefined, places, contract.version);
    const compared = compare({ base, contract, releases: releasedVersions(places) });
    const pacts = values.usage ?? project.pacts;
    const asked = pacts !== undefined && (values.usage !== undefined || existsSync(pacts));
    const comparison = asked ? withUsage(compared, pacts, [base, contract]) : compared;
    console.log(report(comparison, format));
    return comparison.verdict.allowed ? 0 : 1;
  },
});
