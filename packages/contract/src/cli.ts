/** The contract's command line: `bun packages/contract/src/cli.ts help`. */
import { relative } from "node:path";
import { parseArgs } from "node:util";

const usage = `Usage: bun packages/contract/src/cli.ts <command>

  lint                    check the contract: AsyncAPI, x-rabbitmq and the semantic rules
  generate [--check]      write generated/ from the contract; --check only says whether it is up to date
  compare                 is the contract safe for those who run another one, and does its version say so?
      --base BASE           a released version, a git ref or a file (default the newest release)
      --format FORMAT       text, markdown or json (default text)
  release                 freeze the contract in asyncapi/releases/<version>.yaml
  docs                    build the HTML catalogue of messages into generated/catalogue/
  topology apply          bring exchanges, queues, bindings, users and permissions to a broker
      --virtual-host NAME   where to (default "/")
      --user-prefix TEXT    put before the names of the services' users (default none)
      RABBITMQ_MANAGEMENT_URL, INVENTORY_AMQP_PASSWORD, ORDER_AMQP_PASSWORD and
      NOTIFICATION_AMQP_PASSWORD come from the environment
  topology diff           what the broker has against what the contract says
      --apply               make the safe changes: create what is missing, bind, set permissions
      --prune               with --apply: also remove bindings of the contract's queues that it does not name
      --virtual-host, --user-prefix and RABBITMQ_MANAGEMENT_URL as above
  help                    this text

  compare and topology diff end with 0, with 1 when the answer is no, and with 2 when there is none.

  --contract FILE         another contract than asyncapi/asyncapi.yaml`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: "boolean", default: false },
    contract: { type: "string", default: "asyncapi/asyncapi.yaml" },
    apply: { type: "boolean", default: false },
    prune: { type: "boolean", default: false },
    base: { type: "string" },
    format: { type: "string", default: "text" },
    "virtual-host": { type: "string", default: "/" },
    "user-prefix": { type: "string", default: "" },
  },
});

/** Each command imports what it needs: `topology apply` runs in an image without the contract's tools. */
const commands: Record<string, () => Promise<void>> = {
  async compare() {
    const [{ compare }, { report, reportFormats }, { readBase, releasedVersions }] = await Promise.all([
      import("./compatibility/compare.ts"),
      import("./compatibility/report.ts"),
      import("./compatibility/base.ts"),
    ]);
    const format = reportFormats.find((name) => name === values.format);
    if (!format) throw new Error(`unknown format "${values.format}": use ${reportFormats.join(", ")}`);
    const places = { root: process.cwd() };
    const base = await readBase(values.base || undefined, places);
    const contract = await checkedContract();
    const comparison = await compare({ base, contract, releases: releasedVersions(places) });
    console.log(report(comparison, format));
    if (!comparison.verdict.allowed) process.exitCode = 1;
  },

  async release() {
    const { release, ReleaseError } = await import("./compatibility/release.ts");
    const { report } = await import("./compatibility/report.ts");
    try {
      const contract = await checkedContract();
      const { file: path, isNew, comparison } = await release(contract, { root: process.cwd() });
      const file = relative(process.cwd(), path);
      if (comparison) console.log(`${report(comparison, "text")}\n`);
      const tag = `contract-v${contract.version}`;
      console.log(
        isNew
          ? `${file} is frozen. Next: add it to CHANGELOG.md, commit both, then\n  git tag ${tag} && git push origin ${tag}`
          : `${file} is this contract already`,
      );
    } catch (error) {
      if (error instanceof ReleaseError && error.comparison) console.log(report(error.comparison, "text"));
      throw error;
    }
  },

  async lint() {
    const contract = await checkedContract();
    console.log(
      `${contract.source.file}: no findings (${contract.messages.length} messages, ${contract.queues.length} queues)`,
    );
  },

  async generate() {
    const { regenerate, staleFiles } = await import("./generate/generate.ts");
    const contract = await checkedContract();
    if (values.check) {
      const stale = await staleFiles(contract, "generated");
      if (stale.length > 0) {
        throw new Error(
          `generated/ is out of date: ${stale.join(", ")}\nrun \`make generate\` and commit the result`,
        );
      }
      console.log("generated/ is up to date");
      return;
    }
    const changed = await regenerate(contract, "generated");
    console.log(
      changed.length === 0
        ? "generated/ was up to date"
        : changed.map((path) => `generated/${path}`).join("\n"),
    );
  },

  async docs() {
    const { buildCatalogue } = await import("./catalogue/build.ts");
    await buildCatalogue(await checkedContract(), "generated/catalogue", {
      pacts: "generated/pacts",
      releases: "asyncapi/releases",
    });
    console.log("generated/catalogue/index.html");
  },

  async "topology apply"() {
    const { applyTopology, passwordVariable, readDefinitions } = await import("./topology/apply.ts");
    const managementUrl = requiredManagementUrl();
    const services = ["inventory", "order", "notification"];
    await applyTopology({
      definitions: readDefinitions(),
      managementUrl,
      virtualHost: values["virtual-host"],
      userPrefix: values["user-prefix"],
      passwords: Object.fromEntries(
        services.map((name) => [name, process.env[passwordVariable(name)] ?? ""]),
      ),
      progress: (line) => console.log(line),
    });
  },

  async "topology diff"() {
    const { diffTopology } = await import("./topology/diff.ts");
    const options = {
      managementUrl: requiredManagementUrl(),
      virtualHost: values["virtual-host"],
      userPrefix: values["user-prefix"],
    };
    const differences = await diffTopology(options);
    let left = 0;
    for (const { kind, what, detail, change, steps } of differences) {
      const isDone = change !== undefined && values.apply && (values.prune || !change.prunes);
      if (isDone) await change.apply();
      else left += 1;
      console.log(`${isDone ? "mended" : kind}: ${what}${detail === "" ? "" : `: ${detail}`}`);
      for (const step of isDone ? [] : steps) console.log(`  - ${step}`);
    }
    const place = `virtual host "${options.virtualHost}"`;
    console.log(
      left === 0
        ? `${place} is as the contract says`
        : `${place} differs from the contract in ${left} places`,
    );
    if (left > 0) process.exitCode = 1;
  },

  async help() {
    console.log(usage);
  },
};

function requiredManagementUrl(): string {
  const url = process.env.RABBITMQ_MANAGEMENT_URL;
  if (url) return url;
  throw new Error(
    "RABBITMQ_MANAGEMENT_URL is not set, e.g. http://admin:password@localhost:15672: which broker is meant?",
  );
}

async function checkedContract() {
  const [{ readContract }, { lint }, { ContractError }] = await Promise.all([
    import("./read-contract.ts"),
    import("./rules/index.ts"),
    import("./document.ts"),
  ]);
  const contract = await readContract(values.contract);
  const findings = lint(contract);
  if (findings.length > 0) throw new ContractError(findings);
  return contract;
}

/** Their 1 is an answer. */
const answering = ["compare", "topology diff"];

const command = commands[positionals.join(" ") || "help"];
if (!command) {
  console.error(`unknown command "${positionals.join(" ")}"\n\n${usage}`);
  process.exit(2);
}
try {
  await command();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(answering.includes(positionals.join(" ")) ? 2 : 1);
}
