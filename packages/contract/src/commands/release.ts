import { checkedContract } from "../checked-contract.ts";
import { ReleaseError, release } from "../compatibility/release.ts";
import { report } from "../compatibility/report/index.ts";
import { contractFile, contractOption, defineCommand, placesOf, releasesOption } from "./command.ts";

export const command = defineCommand({
  summary: "add the contract to its releases, if its version allows the differences",
  options: { ...contractOption, ...releasesOption },
  async run(values) {
    try {
      const contract = await checkedContract(contractFile(values));
      const { file, isNew, comparison } = await release(contract, placesOf(values));
      if (comparison) console.log(`${report(comparison, "text")}\n`);
      const tag = `contract-v${contract.version}`;
      console.log(
        isNew
          ? `${file} is frozen. Next: add it to the changelog, commit both, then\n  git tag ${tag} && git push origin ${tag}`
          : `${file} is this contract already`,
      );
      return 0;
    } catch (error) {
      if (error instanceof ReleaseError && error.comparison) console.log(report(error.comparison, "text"));
      throw error;
    }
  },
});
