/** The documentation names only what exists: make targets, variables, files, links, options, scenarios, figures. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, it } from "node:test";
import { root } from "@orders/stack";
import { scenarios } from "./faults/scenarios/index.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const files = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "bench/README.md"].concat(
  globSync("docs/**/*.md", { cwd: root }),
  globSync("{packages,services}/*/README.md", { cwd: root }),
);
const fence = /^\s*```(\w*)\n([\s\S]*?)^\s*```/gm;
const inlineCode = /`([^`\n]+)`/g;

const prose = (file: string) => read(file).replaceAll(fence, "");
const shellLines = (file: string) =>
  [...read(file).matchAll(fence)]
    .filter(([, language]) => language === "sh")
    .flatMap(([, , code = ""]) => code.split("\n"))
    .map((line) => line.replace(/\s+#.*/, "").trim())
    .filter((line) => line !== "");
const inlineSpans = (file: string) =>
  [
    ...prose(file)
      .replaceAll(/\n(?!\n)/g, " ")
      .matchAll(inlineCode),
  ].map(([, code = ""]) => code.replaceAll("\\|", "|"));

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

function anchorsOf(file: string): ReadonlySet<string> {
  return new Set([...prose(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading)));
}

/** Commands in a text as a reader would type them: from code blocks, and from whole code spans. */
const commands = (file: string) => [...shellLines(file), ...inlineSpans(file)];

describe("the documentation", () => {
  for (const file of files) {
    it(`${file}: every relative link leads to an existing file and heading`, () => {
      const links = [...prose(file).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)].map(
        ([, markdown, html]) => markdown ?? html ?? "",
      );
      for (const link of links.filter((link) => !/^(https?|mailto):/.test(link))) {
        const [path = "", anchor] = link.split("#");
        const target = path === "" ? file : relative(root, resolve(root, dirname(file), path));
        assert.ok(existsSync(join(root, target)), `${file} links to ${link}, which does not exist`);
        if (anchor !== undefined)
          assert.ok(anchorsOf(target).has(anchor), `${file} links to ${link}: no heading has that anchor`);
      }
    });

    it(`${file}: every make target exists and takes the variables it is given`, () => {
      const makefile = read("Makefile");
      for (const command of commands(file)) {
        for (const [, target = "", rest = ""] of command.matchAll(
          /\bmake (?:-s )?([a-z][a-z-]*)((?: [A-Z_]+=(?:"[^"]*"|\S*))*)/g,
        )) {
          assert.ok(
            new RegExp(`^${target}:`, "m").test(makefile),
            `${file} names make ${target}, which does not exist`,
          );
          for (const [, variable = ""] of rest.matchAll(/ ([A-Z_]+)=/g))
            assert.ok(
              new RegExp(`\\b${variable}\\b`).test(makefile),
              `${file}: the Makefile has no variable ${variable} (make ${target})`,
            );
        }
      }
    });

    it(`${file}: every path of the repository exists`, () => {
      const top = new Set(readdirSync(root));
      const near = new Set(readdirSync(join(root, dirname(file))));
      const paths = commands(file)
        .flatMap((text) => text.split(/[\s"'$()=,:]+/))
        .filter((word) => /^[\w.@*{}<>-]+(\/[\w.@*{}<>-]*)+$/.test(word) && !word.startsWith(".local/"));
      for (const path of paths) {
        const first = path.split("/", 1)[0] ?? "";
        if (!top.has(first) && !near.has(first)) continue;
        if (path.startsWith("generated/") && path.includes("<")) continue;
        const pattern = path.replaceAll(/<\w+>/g, "*").replace(/\/$/, "");
        const found = [root, join(root, dirname(file))].some((cwd) => globSync(pattern, { cwd }).length > 0);
        assert.ok(found, `${file} names ${path}, which does not exist`);
      }
    });
  }

  it("gives the operators' commands only options that they have", () => {
    for (const target of ["dead-letters", "reconcile", "topology-diff"]) {
      const sources = globSync([`stack/commands/${target}*`, `stack/commands/${target}/*.ts`], { cwd: root })
        .concat("packages/contract/src/cli.ts")
        .filter((name) => name.endsWith(".ts"))
        .map(read)
        .join("\n");
      for (const file of files)
        for (const command of commands(file))
          for (const [, args = ""] of command.matchAll(new RegExp(`make ${target} ARGS="?([^"]*)`, "g")))
            for (const [, option = ""] of args.matchAll(/--([a-z-]+)/g))
              assert.ok(
                new RegExp(`["' -]${option}\\b|\\b${option}:`).test(sources),
                `${file} gives make ${target} the unknown option --${option}`,
              );
    }
  });

  it("lists exactly the variables of the services, with their defaults", () => {
    const listed = new Map(
      [...read("docs/configuration.md").matchAll(/^\| (`[^|]*`) +\| ([^|]*)\|/gm)].flatMap(
        ([, names = "", value = ""]) =>
          [...names.matchAll(/`([A-Z_]+)`/g)].map(([, name = ""]) => [name, value.trim()] as const),
      ),
    );
    const known = new Set<string>();
    for (const program of globSync("{services/*/src/{main,migrate},console/src/main}.ts", { cwd: root })) {
      const { stdout, stderr, status } = spawnSync("bun", [program, "--help"], {
        cwd: root,
        encoding: "utf8",
      });
      assert.equal(status, 0, stderr);
      const variables = [...stdout.matchAll(/^([A-Z][A-Z_]+) +(?:default (\S+)|required) /gm)];
      assert.ok(variables.length > 3, `${program} --help lists no variables:\n${stdout}`);
      for (const [, variable = "", preset] of variables) {
        known.add(variable);
        // Variables that all services have are listed once, with the name of the order service.
        const common = variable.replace(/^(CONSOLE_)?(?:INVENTORY|NOTIFICATION)_/, "$1ORDER_");
        const value = listed.get(variable) ?? listed.get(common);
        assert.ok(value !== undefined, `docs/configuration.md lacks ${variable}, which ${program} reads`);
        if (preset !== undefined && preset !== "none" && listed.has(variable))
          assert.ok(
            value.startsWith(preset) || !/^\d/.test(preset),
            `${variable}: "${value}" is not ${preset}`,
          );
      }
    }
    const services = read("docs/configuration.md").split("## The local stack")[0] ?? "";
    for (const [, variable = ""] of services.matchAll(/^\| `([A-Z_]+)`/gm))
      assert.ok(known.has(variable), `docs/configuration.md lists ${variable}, which no service reads`);
  });

  it("lists every decision", () => {
    const index = read("docs/decisions/README.md");
    for (const file of globSync("*.md", { cwd: join(root, "docs/decisions") }))
      assert.ok(file === "README.md" || index.includes(`](${file})`), `the index lacks ${file}`);
  });

  it("lists exactly the fault scenarios", () => {
    const section = read("docs/guarantees.md").split("## Fault scenarios")[1]?.split("\n## ")[0] ?? "";
    const listed = [...section.matchAll(/^\| (`[^|]*`) +\|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(inlineCode)].map(([, name]) => name),
    );
    assert.deepEqual(listed.sort(), scenarios.map(({ name }) => name).sort());
  });

  it("names an existing scenario or test for each promise", () => {
    const section = read("docs/guarantees.md").split("## Promises")[1]?.split("\n## ")[0] ?? "";
    const promises = [...section.matchAll(/^\| [^|]+\|[^|]+\|([^|]+)\|$/gm)]
      .slice(2)
      .map(([, proof = ""]) => proof);
    assert.ok(promises.length > 10);
    for (const proof of promises) {
      const named = [...proof.matchAll(inlineCode)].map(([, name]) => name);
      for (const name of named)
        assert.ok(
          scenarios.some((scenario) => scenario.name === name),
          `there is no scenario ${name}`,
        );
      assert.ok(named.length > 0 || proof.includes("]("), `nothing proves it: ${proof}`);
    }
  });

  it("quotes the figures of the last full benchmark", () => {
    const { measurements } = JSON.parse(read("bench/results/results.json"));
    const median = (what: string): number =>
      measurements
        .flatMap(({ rows }: { rows: { what: string; value: { median: number } }[] }) => rows)
        .find((row: { what: string }) => row.what === what).value.median;
    const row = (label: string) => read("README.md").match(new RegExp(`^\\| ${label}.*$`, "m"))?.[0] ?? "";
    const perSecond = (Math.round(median("customers notified") / 10) * 10).toLocaleString("en");
    assert.ok(row("orders accepted").includes(perSecond), `${row("orders accepted")}: not ${perSecond}`);
    const floor = median("orders settled ÷ hand-tuned floor").toFixed(2);
    assert.ok(row("compared with a hand-tuned floor").includes(floor), `the floor's ratio is ${floor}`);
    const route = median("POST /orders ÷ bare route").toFixed(2);
    assert.ok(row("`POST /orders`").includes(route), `POST /orders ÷ bare route is ${route}`);
  });
});
