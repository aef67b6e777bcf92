import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkedContract } from "../checked-contract.ts";
import { projectOf } from "../config.ts";
import { generate, staleFiles } from "../generate/generate.ts";
import { releaseMemoryAfter } from "../reading/garbage.ts";
import { step } from "../step.ts";
import { defineCommand, documentParameter, remoteOption, UsageError } from "./command.ts";

export const command = defineCommand({
  summary: "write typed code and the broker's definitions from the contract",
  parameters: documentParameter,
  options: {
    out: { type: "string", value: "FOLDER", about: "where to write (default: as configured)" },
    check: { type: "boolean", about: "write nothing; say whether the files are up to date" },
    ...remoteOption,
  },
  exitCodes: { 0: "written, or up to date", 1: "findings, or out of date with --check", 2: "cannot be done" },
  examples: {
    "generate my.yaml --out src/contract": "Write the code of a contract",
    "generate my.yaml --out src/contract --check": "Fail, in CI, when generated code is stale",
  },
  async run({ check, ...values }, named) {
    const project = await projectOf(named, values["allow-remote"]);
    const { document, runtime, kubernetes } = project;
    const out = values.out ?? project.out;
    if (out === undefined)
      throw new UsageError(`where should the code of ${document} go? Name a folder with --out`);
    const contract = await checkedContract(project);
    releaseMemoryAfter(contract.source.text);
    const work = check ? staleFiles : generate;
    const changed = await step("generating code", () => work(contract, out, { runtime, kubernetes }));
    if (changed.length === 0) console.log(`${out} ${check ? "is" : "was"} up to date`);
    else if (check) {
      console.error(
        `${out} is out of date: ${changed.join(", ")}\nrun the same command without --check, and commit the result`,
      );
      return 1;
    } else {
      const lines = changed.map((path) => join(out, path));
      console.log(lines.map((path) => (existsSync(path) ? path : `${path} (removed)`)).join("\n"));
    }
    return 0;
  },
});
