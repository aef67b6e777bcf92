import { checkedContract } from "../checked-contract.ts";
import { readBase, releasedVersions } from "../compatibility/base.ts";
import { compare } from "../compatibility/compare.ts";
import { report, reportFormats } from "../compatibility/report/index.ts";
import { withUsage } from "../pacts/usage.ts";
import { contractFile, contractOption, defineCommand, placesOf, releasesOption } from "./command.ts";

export const command = defineCommand({
  summary:
    "check that the contract is compatible with an older one, as far as its version says; exit code 0 yes, 1 no, 2 unknown",
  failure: 2,
  options: {
    ...contractOption,
    ...releasesOption,
    base: {
      type: "string",
      value: "BASE",
      about: "a released version, a git ref or a file (default the newest release)",
    },
    usage: {
      type: "string",
      value: "FOLDER",
      about: "pacts of the consumers: says of each changed field who reads it",
    },
    format: { type: "string", value: "FORMAT", about: `${reportFormats.join(", ")} (default text)` },
  },
  async run(values) {
    const format = reportFormats.find((name) => name === (values.format ?? "text"));
    if (!format) throw new Error(`unknown format "${values.format}": use ${reportFormats.join(", ")}`);
    const places = placesOf(values);
    const contract = await checkedContract(contractFile(values));
    const base = await readBase(values.base || undefined, places, contract.version);
    const compared = compare({ base, contract, releases: releasedVersions(places) });
    const comparison = values.usage ? withUsage(compared, values.usage, [base, contract]) : compared;
    console.log(report(comparison, format));
    return comparison.verdict.allowed ? 0 : 1;
  },
});
