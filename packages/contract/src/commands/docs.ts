import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildCatalogue } from "../catalogue/build.ts";
import { checkedContract } from "../checked-contract.ts";
import { projectOf } from "../config.ts";
import { step } from "../step.ts";
import { defineCommand, documentParameter, releasesOption, remoteOption, UsageError } from "./command.ts";

export const command = defineCommand({
  summary: "build the HTML catalogue of the messages",
  parameters: documentParameter,
  options: {
    out: { type: "string", value: "FOLDER", about: "where to write (default: as configured)" },
    ...releasesOption,
    pacts: {
      type: "string",
      value: "FOLDER",
      about: "the consumers' pacts (default: as configured, else none)",
    },
    stories: {
      type: "string",
      value: "FILE",
      about: "the order in which messages follow each other (default: as configured, else none)",
    },
    ...remoteOption,
  },
  exitCodes: { 0: "written", 1: "findings", 2: "cannot be done" },
  examples: { "docs my.yaml --out site": "Build the pages of a contract; open site/index.html" },
  async run(values, named) {
    const project = await projectOf(named, values["allow-remote"]);
    const { document, releases, pacts, catalogue } = project;
    const out = values.out ?? catalogue?.out;
    if (out === undefined)
      throw new UsageError(`where should the pages of ${document} go? Name a folder with --out`);
    for (const [option, path] of Object.entries({ pacts: values.pacts, stories: values.stories })) {
      if (path !== undefined && !existsSync(path))
        throw new UsageError(`there is no ${path}, which --${option} names`);
    }
    const contract = await checkedContract(project);
    const sources = {
      pacts: values.pacts ?? pacts,
      releases: values.releases ?? releases,
      stories: values.stories ?? catalogue?.stories,
    };
    await step("building the pages", () => buildCatalogue(contract, out, sources));
    console.log(join(out, "index.html"));
    return 0;
  },
});
