/**
 * Runs pods as Docker containers, with the user, file system, capabilities, limits, variables and files of the
 * manifests.
 */
import { spawnSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { root } from "@orders/stack";
import type { Workload } from "../manifests.ts";

/** Runs docker and returns what it printed. */
export function docker(args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync("docker", args, { cwd: root, encoding: "utf8", input });
  if (status === 0) return stdout.trim();
  throw new Error(`docker ${args.slice(0, 2).join(" ")} failed: ${error?.message ?? stderr.trim()}`);
}

type Files = Readonly<Record<string, string>>;
/** The content of a Secret by its name. */
export type Secrets = ReadonlyMap<string, Files>;

/** Everything that one trial creates: a network, containers and volumes, all named after it. */
export class Engine {
  readonly #name: string;
  readonly #secrets: Secrets;
  /** An image that has bun, to fill volumes with. */
  readonly #filler: string;
  #volumes = 0;

  constructor(name: string, secrets: Secrets, filler: string) {
    this.#name = name;
    this.#secrets = secrets;
    this.#filler = filler;
    docker(["network", "create", "--label", this.#label, name]);
  }

  get #label(): string {
    return `orders-trial=${this.#name}`;
  }

  /** Starts a container that other containers reach under each of `names`. */
  start(
    image: string,
    {
      names,
      flags,
      command = [],
    }: { names: readonly string[]; flags: readonly string[]; command?: readonly string[] },
  ): Container {
    const args = [
      ...["run", "--detach", "--label", this.#label, "--network", this.#name],
      ...names.flatMap((name) => ["--network-alias", name]),
      ...flags,
      image,
      ...command,
    ];
    return new Container(docker(args), this.#name);
  }

  startPod(workload: Workload, environment: Files, names: readonly string[]): Container {
    const { pod, container } = workload;
    const { command = [], args = [] } = container;
    const [entrypoint, ...rest] = command;
    const flags = [
      ...hardening(workload),
      ...(entrypoint === undefined ? [] : ["--entrypoint", entrypoint]),
      ...["--stop-timeout", String(pod.terminationGracePeriodSeconds ?? 30)],
      ...Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...this.#mounts(workload),
    ];
    return this.start(container.image ?? "", { names, flags, command: [...rest, ...args] });
  }

  /** A volume with files as Kubernetes mounts them: owned by root, with the manifest's mode, readable for `group`. */
  volume(files: Files, { mode, group }: { readonly mode: number; readonly group: number }): string {
    const name = `${this.#name}-${this.#volumes++}`;
    docker(["volume", "create", "--label", this.#label, name]);
    const script = `const { files, mode, group } = await Bun.stdin.json();
      const { chmodSync, chownSync, writeFileSync } = require("node:fs");
      for (const [name, content] of Object.entries(files)) {
        const file = "/filled/" + name;
        writeFileSync(file, content);
        chownSync(file, 0, group);
        chmodSync(file, mode);
      }`;
    const filling = ["--volume", `${name}:/filled`, "--entrypoint", "bun", this.#filler, "-e", script];
    docker(
      ["run", "--rm", "--interactive", "--user", "0:0", ...filling],
      JSON.stringify({ files, mode, group }),
    );
    return name;
  }

  #mounts({ pod, container }: Workload): string[] {
    const group = pod.securityContext?.fsGroup ?? 0;
    return (container.volumeMounts ?? []).flatMap(({ name, mountPath, readOnly = false }) => {
      const source = pod.volumes?.find((volume) => volume.name === name);
      if (source?.emptyDir) return ["--tmpfs", mountPath];
      const { secretName = "", items = [], defaultMode = 0o644 } = source?.secret ?? {};
      const content = this.#secrets.get(secretName);
      if (!content)
        throw new Error(`the volume ${name} is of a kind or a Secret that this trial does not know`);
      const files = Object.fromEntries(items.map(({ key, path }) => [path, content[key] ?? ""]));
      return [
        "--volume",
        `${this.volume(files, { mode: defaultMode, group })}:${mountPath}${readOnly ? ":ro" : ""}`,
      ];
    });
  }

  remove(): void {
    const found = (...what: string[]) =>
      docker([...what, "--quiet", "--filter", `label=${this.#label}`])
        .split("\n")
        .filter((id) => id !== "");
    const containers = found("ps", "--all");
    if (containers.length > 0) docker(["rm", "--force", "--volumes", ...containers]);
    const volumes = found("volume", "ls");
    if (volumes.length > 0) docker(["volume", "rm", ...volumes]);
    docker(["network", "rm", this.#name]);
  }
}

/** The container's restrictions in the manifest. @throws Error if the manifest does not restrict it */
function hardening({ name, pod, container }: Workload): string[] {
  const { runAsUser, runAsGroup, fsGroup, runAsNonRoot, seccompProfile } = pod.securityContext ?? {};
  const { readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities } = container.securityContext ?? {};
  const { cpu, memory } = container.resources?.limits ?? {};
  const complete =
    runAsNonRoot === true &&
    seccompProfile?.type === "RuntimeDefault" && // Docker's own default
    readOnlyRootFilesystem === true &&
    allowPrivilegeEscalation === false;
  if (!complete || !runAsUser || !runAsGroup || !fsGroup || !cpu || !memory)
    throw new Error(`the manifest of ${name} does not restrict its container`);
  return [
    ...["--user", `${runAsUser}:${runAsGroup}`, "--group-add", String(fsGroup)],
    ...["--read-only", "--security-opt", "no-new-privileges"],
    ...(capabilities?.drop ?? []).flatMap((one) => ["--cap-drop", one]),
    ...["--cpus", String(cpu), "--memory", String(memory).replace("Mi", "m").replace("Gi", "g")],
  ];
}

export class Container {
  readonly #id: string;
  readonly #network: string;
  #address: string | undefined;

  constructor(id: string, network: string) {
    this.#id = id;
    this.#network = network;
  }

  #inspect(format: string): string {
    return docker(["inspect", "--format", format, this.#id]);
  }

  /** The container's address, which can be reached directly on a Linux machine. */
  get address(): string {
    this.#address ??= this.#inspect(`{{(index .NetworkSettings.Networks "${this.#network}").IPAddress}}`);
    return this.#address;
  }

  get isRunning(): boolean {
    return this.#inspect("{{.State.Running}}") === "true";
  }

  get log(): string {
    const { stdout, stderr } = spawnSync("docker", ["logs", "--tail", "40", this.#id], { encoding: "utf8" });
    return `${stdout}${stderr}`;
  }

  exec(...command: string[]): string {
    return docker(["exec", this.#id, ...command]);
  }

  /** Without a warning, as if its machine failed. */
  kill(): void {
    docker(["kill", this.#id]);
  }

  /** Like Kubernetes terminates a pod, but without waiting for it. */
  terminate(): void {
    docker(["kill", "--signal", "TERM", this.#id]);
  }

  /** Gives it additional names in the network; its address changes. */
  rename(names: readonly string[]): void {
    docker(["network", "disconnect", this.#network, this.#id]);
    docker(["network", "connect", ...names.flatMap((name) => ["--alias", name]), this.#network, this.#id]);
    this.#address = undefined;
  }

  /** The exit status. @param limit seconds */
  async ended(limit: number): Promise<number> {
    for (const end = Date.now() + limit * 1_000; this.isRunning; await delay(200))
      if (Date.now() > end) throw new Error(`still running after ${limit} s:\n${this.log}`);
    return Number(this.#inspect("{{.State.ExitCode}}"));
  }
}
