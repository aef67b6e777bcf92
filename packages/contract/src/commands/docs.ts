import { dirname, join } from "node:path";
import { buildCatalogue } from "../catalogue/build.ts";
import { checkedContract } from "../checked-contract.ts";
import { contractFile, contractOption, defineCommand, placesOf, releasesOption } from "./command.ts";

export const command = defineCommand({
  summary: "build the HTML catalogue of the messages",
  options: {
    ...contractOption,
    ...releasesOption,
    out: { type: "string", value: "FOLDER", about: "output folder (default generated/catalogue)" },
    pacts: {
      type: "string",
      value: "FOLDER",
      about: "folder of the consumers' pacts (default generated/pacts)",
    },
    stories: {
      type: "string",
      value: "FILE",
      about:
        "the order in which messages follow each other (default catalogue/stories.yaml beside the contract)",
    },
  },
  async run({ out = "generated/catalogue", pacts = "generated/pacts", stories, ...values }) {
    const { contract: file, releases } = placesOf(values);
    buildCatalogue(await checkedContract(contractFile(values)), out, {
      pacts,
      releases,
      stories: stories ?? join(dirname(file), "catalogue/stories.yaml"),
    });
    console.log(join(out, "index.html"));
    return 0;
  },
});
