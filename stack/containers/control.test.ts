import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import type { ControlState, PartAction } from "../control.ts";
import { serviceNames } from "../names.ts";
import { containerControl } from "./control.ts";

/** Stands in for `docker`: records what it is asked, and lists the containers of a file. */
const program = (folder: string) => `#!/bin/sh
case "$*" in
*" ps "*) cat "${folder}/containers" ;;
*) echo "$*" >> "${folder}/asked" ;;
esac
`;

describe("the parts of a system in containers", () => {
  const folder = mkdtempSync(join(tmpdir(), "docker-"));
  const path = process.env.PATH;
  /** Of a container in each state, what docker says of its state and of its health. */
  const rows: Readonly<Record<ControlState, string>> = {
    running: "running\thealthy",
    starting: "running\tstarting",
    paused: "paused\thealthy",
    stopped: "exited\t",
  };
  const containers = (states: Readonly<Record<string, ControlState>>) =>
    writeFileSync(
      join(folder, "containers"),
      Object.entries(states)
        .map(([name, state]) => `${name}\t${rows[state]}\n`)
        .join(""),
    );
  /** What docker was asked to do: the command, and with what. */
  const asked = () =>
    readFileSync(join(folder, "asked"), "utf8")
      .split("\n")
      .flatMap((line) => (line === "" ? [] : [line.split(" ").slice(-2).join(" ")]));

  before(() => {
    writeFileSync(join(folder, "docker"), program(folder));
    chmodSync(join(folder, "docker"), 0o755);
    process.env.PATH = `${folder}${delimiter}${path}`;
  });
  beforeEach(() => writeFileSync(join(folder, "asked"), ""));
  after(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  });

  it("are the services, the broker and the database, each running, starting, paused or stopped", async () => {
    const [first, second, ...others] = serviceNames;
    containers({ [first]: "running", [second]: "paused", rabbitmq: "starting", maildev: "running" });
    assert.deepEqual(
      (await containerControl.parts()).map(({ name, kind, state }) => [name, kind, state]),
      [
        [first, "service", "running"],
        [second, "service", "paused"],
        ...others.map((name) => [name, "service", "stopped"]),
        ["rabbitmq", "broker", "starting"],
        ["postgres", "database", "stopped"],
      ],
    );
  });

  const commands: Readonly<Record<PartAction, Readonly<Record<ControlState, readonly string[]>>>> = {
    kill: { running: ["kill"], starting: ["kill"], paused: ["unpause", "kill"], stopped: [] },
    stop: { running: ["stop"], starting: ["stop"], paused: ["unpause", "stop"], stopped: [] },
    pause: { running: ["pause"], starting: ["pause"], paused: [], stopped: [] },
    start: { running: ["start"], starting: ["start"], paused: ["unpause"], stopped: ["start"] },
  };
  for (const [action, expected] of Object.entries(commands))
    it(`can be told to ${action}, whatever they do at the moment`, async () => {
      for (const [state, wanted] of Object.entries(expected)) {
        writeFileSync(join(folder, "asked"), "");
        containers({ rabbitmq: state as ControlState });
        await containerControl.act("rabbitmq", action as PartAction);
        assert.deepEqual(
          asked(),
          wanted.map((command) => `${command} rabbitmq`),
          state,
        );
      }
    });

  it("do not include a container of another name", async () => {
    containers({ maildev: "running" });
    await assert.rejects(containerControl.act("maildev", "kill"), /no part "maildev"/);
    assert.deepEqual(asked(), []);
  });
});
