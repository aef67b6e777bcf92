import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { configNames, projectOf } from "../config.ts";
import { ContractError, checkDocument, checkExtensions } from "../document.ts";
import { guessesOf, partsOf, withGuesses } from "../init.ts";
import { counted } from "../listed.ts";
import { readModel } from "../read-contract.ts";
import { protocolFindings } from "../reading/protocol.ts";
import { lint } from "../rules/index.ts";
import { Source } from "../source.ts";
import { defineCommand, documentParameter } from "./command.ts";

export const command = defineCommand({
  summary: "say what an AsyncAPI document has, and write down what its bindings leave open",
  details:
    "What was guessed goes into the document, as x-rabbitmq, and where the code goes into rabbit-contract.config.json.",
  parameters: documentParameter,
  options: {
    "dry-run": { type: "boolean", about: "only say it" },
  },
  exitCodes: {
    0: "ready for lint",
    1: "findings keep it from being read as a contract",
    2: "cannot be read",
  },
  examples: { "init my.yaml": "Begin with a document", "init my.yaml --dry-run": "Look first" },
  async run(values, named) {
    const { document, profile } = await projectOf(named);
    const source = Source.read(document);
    const invalid = [...checkDocument(source), ...checkExtensions(source), ...protocolFindings(source)];
    if (invalid.length > 0) throw new ContractError(invalid);
    const { contract, findings } = readModel(source);
    for (const line of partsOf(contract)) console.log(line);
    for (const { message } of source.notes) console.log(message);
    if (findings.length > 0) throw new ContractError(findings);

    const isDry = values["dry-run"] === true;
    const guesses = guessesOf(contract);
    if (guesses.length > 0) console.log(`\nGuessed${isDry ? "" : `, and written into ${document}`}:`);
    for (const { about } of guesses) console.log(`  ${about}`);
    const text = readFileSync(document, "utf8");
    // A document of AsyncAPI 2 or of several files is converted when it is read, so the paths do not match its text.
    if (guesses.length > 0 && source.text === text && !isDry)
      writeFileSync(document, withGuesses(text, guesses));
    else if (guesses.length > 0 && !isDry)
      console.log(`  (not written: ${document} is not of AsyncAPI 3 and one file)`);

    const [config = ""] = configNames.slice(-1);
    if (!isDry && !configNames.some((name) => existsSync(name))) {
      writeFileSync(config, `${JSON.stringify({ document, out: "src/contract" }, null, 2)}\n`);
      console.log(`\n${config} says where the code goes: src/contract`);
    }
    const left = lint(contract, profile).filter(({ severity }) => severity === "error").length;
    console.log(
      `\nNext: rabbit-contract lint${left > 0 ? `, which has ${counted(left, "error")}` : ""}, then rabbit-contract generate`,
    );
    return 0;
  },
});
