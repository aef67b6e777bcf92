import { tellNotes } from "../checked-contract.ts";
import { readBase, releasedVersions } from "../compatibility/base.ts";
import { compareDocuments } from "../compatibility/compare.ts";
import { report, reportFormats } from "../compatibility/report/index.ts";
import { projectOf } from "../config.ts";
import { readInteractions } from "../pacts/interactions.ts";
import { withUsage } from "../pacts/usage.ts";
import { readModel } from "../read-contract.ts";
import { readSource } from "../reading/remote.ts";
import { isObject, type Source } from "../source.ts";
import { step } from "../step.ts";
import { defineCommand, releasesOption, remoteOption, UsageError } from "./command.ts";

export const command = defineCommand({
  summary:
    "say what a change of any AsyncAPI document does to those who run the old one, and whether its version allows it",
  parameters: {
    OLD: "a file, a released version or a git ref (default: the release that NEW follows)",
    NEW: "the document to judge (default: as configured, else asyncapi.yaml)",
  },
  options: {
    ...releasesOption,
    ...remoteOption,
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
    "compare old.yaml new.yaml --usage pacts": "Also say which consumers read what changed",
    "compare 1.4.0 --format markdown": "Report the difference to a release in a pull request",
  },
  async run(values, old, named) {
    const format = reportFormats.find((name) => name === (values.format ?? "text"));
    if (!format) throw new UsageError(`unknown format "${values.format}": use ${reportFormats.join(", ")}`);
    const project = await projectOf(named, values["allow-remote"]);
    const { allowRemote } = project;
    const places = { contract: project.document, releases: values.releases ?? project.releases, allowRemote };
    const document = await step(`reading ${project.document}`, () =>
      readSource(project.document, { allowRemote }),
    );
    const base = await readBase(old || undefined, places, versionOf(document));
    tellNotes(base, document);
    const compared = await step(`comparing it with ${base.file}`, () =>
      compareDocuments(base, document, releasedVersions(places)),
    );
    const pacts = values.usage ?? project.pacts;
    const interactions = pacts === undefined ? [] : readInteractions(pacts);
    if (values.usage !== undefined && interactions.length === 0)
      throw new UsageError(
        `${values.usage} has no pacts for messages: --usage takes a folder of pacts (JSON, specification 4)`,
      );
    const contracts = () => [base, document].map((source) => readModel(source).contract);
    const comparison = interactions.length === 0 ? compared : withUsage(compared, interactions, contracts());
    console.log(report(comparison, format));
    return comparison.verdict.allowed ? 0 : 1;
  },
});

function versionOf({ root }: Source): string {
  return isObject(root.info) && typeof root.info.version === "string" ? root.info.version : "";
}
