#!/usr/bin/env bun
/** The command `rabbit-contract`; each command is a file in `commands/`. */
import manifest from "../package.json" with { type: "json" };
import { type Command, run } from "./commands/command.ts";

/** Loaded on demand: most commands need no catalogue and no broker. */
const commands: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  init: () => import("./commands/init.ts"),
  lint: () => import("./commands/lint.ts"),
  generate: () => import("./commands/generate.ts"),
  compare: () => import("./commands/compare.ts"),
  release: () => import("./commands/release.ts"),
  docs: () => import("./commands/docs.ts"),
  "topology diff": () => import("./commands/topology-diff.ts"),
  "topology apply": () => import("./commands/topology-apply.ts"),
  "topology export": () => import("./commands/topology-export.ts"),
};

/** Names of the commands that have an option. */
async function commandsWith(option: string): Promise<string[]> {
  const loaded = Object.entries(commands).map(async ([name, load]) => {
    const { command } = await load();
    return Object.hasOwn(command.options, option) ? [name] : [];
  });
  return (await Promise.all(loaded)).flat();
}

async function listCommands(group = ""): Promise<void> {
  console.log("Usage: rabbit-contract <command> …; rabbit-contract <command> --help tells more\n");
  for (const [name, load] of Object.entries(commands)) {
    if (name.startsWith(group)) console.log(`  ${name.padEnd(18)}${(await load()).command.summary}`);
  }
}

const isHelp = (word: string | undefined) => ["help", "--help", "-h"].includes(word ?? "");
// `help lint` is `lint --help`.
const given = process.argv.slice(2);
const args = isHelp(given[0]) ? [...given.slice(1), "--help"] : given;
const words = args[0] === "topology" ? 2 : 1;
const name = args.slice(0, words).join(" ");
const load = commands[name];

if (load) {
  process.exitCode = await run(name, (await load()).command, args.slice(words), commandsWith);
} else if (name === "--version") {
  console.log(manifest.version);
} else if (name === "" || isHelp(args[0])) {
  await listCommands();
  if (name === "") process.exitCode = 2;
} else if (args[0] === "topology" && (args.length === 1 || isHelp(args[1]))) {
  await listCommands("topology ");
  if (args.length === 1) process.exitCode = 2;
} else {
  console.error(`unknown command "${name}": rabbit-contract --help lists the commands`);
  process.exitCode = 2;
}
