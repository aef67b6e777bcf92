import { checkedContract } from "../checked-contract.ts";
import { ReleaseError, release } from "../compatibility/release.ts";
import { report } from "../compatibility/report/index.ts";
import { projectOf } from "../config.ts";
import { defineCommand, documentParameter, releasesOption, remoteOption } from "./command.ts";

export const command = defineCommand({
  summary: "add the contract to its releases, if its version allows the differences",
  parameters: documentParameter,
  options: { ...releasesOption, ...remoteOption },
  exitCodes: { 0: "released, now or before", 1: "not allowed, or findings", 2: "cannot be done" },
  examples: { "release my.yaml": "Freeze my.yaml as releases/<version>.yaml" },
  async run(values, named) {
    const project = await projectOf(named, values["allow-remote"]);
    const contract = await checkedContract(project);
    try {
      const places = { contract: project.document, releases: values.releases ?? project.releases };
      const { file, isNew, comparison } = release(contract, places);
      if (comparison) console.log(`${report(comparison, "text")}\n`);
      const tag = `contract-v${contract.version}`;
      console.log(
        isNew
          ? `${file} is frozen. Next: add it to the changelog, commit both, then\n  git tag ${tag} && git push origin ${tag}`
          : `${file} is this contract already`,
      );
      return 0;
    } catch (error) {
      if (!(error instanceof ReleaseError)) throw error;
      if (error.comparison) console.log(report(error.comparison, "text"));
      console.error(error.message);
      return 1;
    }
  },
});
