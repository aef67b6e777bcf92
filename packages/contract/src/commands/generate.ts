import { join } from "node:path";
import { checkedContract } from "../checked-contract.ts";
import { generate, staleFiles } from "../generate/generate.ts";
import { contractFile, contractOption, defineCommand, outOption } from "./command.ts";

export const command = defineCommand({
  summary: "write code and broker definitions from the contract",
  options: {
    ...contractOption,
    ...outOption,
    check: { type: "boolean", about: "only check whether the files are up to date" },
  },
  async run({ out = "generated", check, ...values }) {
    const contract = await checkedContract(contractFile(values));
    const changed = check ? staleFiles(contract, out) : generate(contract, out);
    if (changed.length === 0) {
      console.log(`${out} ${check ? "is" : "was"} up to date`);
      return 0;
    }
    if (check) {
      throw new Error(
        `${out} is out of date: ${changed.join(", ")}\nrun \`rabbit-contract generate\` and commit the result`,
      );
    }
    console.log(changed.map((path) => join(out, path)).join("\n"));
    return 0;
  },
});
