import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Control, ControlledPart, PartAction } from "../control.ts";
import { serviceNames } from "../names.ts";
import { stackDirectory } from "../paths.ts";
import { composeArgs, projectIn } from "./project.ts";

const kinds = new Map<string, ControlledPart["kind"]>([
  ...serviceNames.map((name) => [name, "service"] as const),
  ["rabbitmq", "broker"],
  ["postgres", "database"],
]);

/** A paused container can be neither stopped nor started. */
const commands: Readonly<Record<PartAction, readonly string[]>> = {
  stop: ["unpause", "stop"],
  kill: ["unpause", "kill"],
  pause: ["pause"],
  start: ["unpause", "start"],
};

/** Of the containers of this project, and of no other. */
export const containerControl: Control = {
  async parts() {
    const listed = await compose("ps", "-a", "--format", "{{.Service}}\t{{.State}}\t{{.Health}}");
    const rows = listed.split("\n").map((row) => row.split("\t"));
    return [...kinds].map(([name, kind]) => {
      const [, state, health] = rows.find(([service]) => service === name) ?? [];
      if (state === "running" && health === "starting") return { name, kind, state: health };
      return { name, kind, state: state === "running" || state === "paused" ? state : "stopped" };
    });
  },

  async act(name, action) {
    const part = (await this.parts()).find((one) => one.name === name);
    if (!part) throw new Error(`there is no part "${name}"`);
    for (const command of commands[action]) {
      if (command === "unpause" && part.state !== "paused") continue;
      if (part.state === "stopped" && command !== "start") continue;
      if (part.state === "paused" && (command === "pause" || command === "start")) continue;
      await compose(command, name);
    }
  },
};

async function compose(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("docker", composeArgs(projectIn(stackDirectory), ...args), {
    timeout: 60_000,
  });
  return stdout;
}
