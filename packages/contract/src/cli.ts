#!/usr/bin/env bun
/** The command `rabbit-contract`; each command is a file in `commands/`. */
import { type Command, run } from "./commands/command.ts";

/** Loaded on demand: `topology apply` needs neither the parser nor the catalogue. */
const commands: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  lint: () => import("./commands/lint.ts"),
  generate: () => import("./commands/generate.ts"),
  compare: () => import("./commands/compare.ts"),
  release: () => import("./commands/release.ts"),
  docs: () => import("./commands/docs.ts"),
  "topology apply": () => import("./commands/topology-apply.ts"),
  "topology diff": () => import("./commands/topology-diff.ts"),
};

const args = process.argv.slice(2);
const words = args[0] === "topology" ? 2 : 1;
const name = args.slice(0, words).join(" ");
const load = commands[name];

if (load) {
  process.exitCode = await run(name, (await load()).command, args.slice(words));
} else if (name === "" || name === "help" || name === "--help") {
  console.log(
    "Usage: rabbit-contract <command> [options]; rabbit-contract <command> --help lists the options\n",
  );
  for (const [name, load] of Object.entries(commands)) {
    console.log(`  ${name.padEnd(16)}${(await load()).command.summary}`);
  }
} else {
  console.error(`unknown command "${name}": rabbit-contract help lists the commands`);
  process.exitCode = 2;
}
