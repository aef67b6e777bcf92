import manifest from "../../package.json" with { type: "json" };
import { type Command, run } from "./command.ts";

/** Loaded on demand: most commands need no catalogue and no broker. */
const commands: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  init: () => import("./init.ts"),
  lint: () => import("./lint.ts"),
  generate: () => import("./generate.ts"),
  compare: () => import("./compare.ts"),
  release: () => import("./release.ts"),
  docs: () => import("./docs.ts"),
  "topology diff": () => import("./topology-diff.ts"),
  "topology apply": () => import("./topology-apply.ts"),
  "topology export": () => import("./topology-export.ts"),
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

/** @returns the exit code */
export async function runCommandLine(given: readonly string[]): Promise<number> {
  // `help lint` is `lint --help`.
  const args = isHelp(given[0]) ? [...given.slice(1), "--help"] : given;
  const words = args[0] === "topology" ? 2 : 1;
  const name = args.slice(0, words).join(" ");
  const load = commands[name];
  if (load) return run(name, (await load()).command, args.slice(words), commandsWith);
  if (name === "--version") {
    console.log(manifest.version);
    return 0;
  }
  if (name === "" || isHelp(args[0])) {
    await listCommands();
    return name === "" ? 2 : 0;
  }
  if (args[0] === "topology" && (args.length === 1 || isHelp(args[1]))) {
    await listCommands("topology ");
    return args.length === 1 ? 2 : 0;
  }
  console.error(`unknown command "${name}": rabbit-contract --help lists the commands`);
  return 2;
}
