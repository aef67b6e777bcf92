/** For tests: the command line. */
import { runCommandLine } from "../index.ts";

/** In this process, because starting another takes longer than most commands; action.test.ts starts the program. */
export async function runIn(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const lines: unknown[] = [];
  const given = { RABBITMQ_MANAGEMENT_URL: "", ...env };
  const former = { log: console.log, error: console.error, env: { ...process.env }, folder: process.cwd() };
  process.chdir(folder);
  Object.assign(process.env, given);
  console.log = console.error = (line: unknown) => lines.push(line);
  try {
    return { status: await runCommandLine(args), text: `${lines.join("\n")}\n` };
  } finally {
    Object.assign(console, { log: former.log, error: former.error });
    for (const name of Object.keys(given)) delete process.env[name];
    Object.assign(process.env, former.env);
    process.chdir(former.folder);
  }
}
