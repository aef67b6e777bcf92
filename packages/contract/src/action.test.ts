/** Runs the steps of `action.yml` as GitHub does, in a repository of their own, against a stand-in for GitHub's API. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import manifest from "../package.json" with { type: "json" };
import { fixtureText, type Patch } from "./rules/testing/fixture.ts";

interface Step {
  readonly name: string;
  readonly run: string;
  readonly shell: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: { readonly command: { readonly default: string } };
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const action: Action = parse(readFileSync(new URL("../action.yml", import.meta.url), "utf8"));
const [compareStep, commentStep, failStep] = action.runs.steps;

const cli = fileURLToPath(new URL("./cli.ts", import.meta.url));
const command = `${process.execPath}${process.versions.deno ? " run --allow-all --no-check" : ""} ${cli}`;

interface Comment {
  readonly id: number;
  readonly body: string;
  readonly isForeign?: boolean;
}

describe("the GitHub action", { timeout: 240_000 }, () => {
  let folder: string;
  let base: string;
  let server: Server;
  let refuses = false;
  const comments: Comment[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "action-"));
    git("init", "--quiet", "--initial-branch=main");
    change({});
    base = git("rev-parse", "HEAD");
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        const { pathname } = new URL(request.url ?? "", "http://localhost");
        const answer = (status: number, value: unknown) => {
          response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
        };
        if (refuses || request.headers.authorization !== "Bearer secret") {
          return answer(403, { message: "Resource not accessible by integration" });
        }
        const sent = JSON.parse(Buffer.concat(chunks).toString());
        if (pathname === "/graphql") return answer(200, { data: { repository: pageOf(sent.variables) } });
        const { body }: { readonly body: string } = sent;
        const id = Number(/comments\/(\d+)$/.exec(pathname)?.[1] ?? comments.length + 1);
        comments[comments.findIndex((comment) => comment.id === id)] = { id, body };
        if (!comments.some((comment) => comment.id === id)) comments.push({ id, body });
        return answer(200, { id });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  /** One comment a page, the last one first, as GitHub's GraphQL gives them. */
  function pageOf({ before }: { readonly before: string | null }) {
    const at = before === null ? comments.length - 1 : Number(before) - 1;
    const nodes = comments
      .slice(Math.max(0, at), at + 1)
      .map(({ id, body, isForeign = false }) => ({ databaseId: id, body, viewerDidAuthor: !isForeign }));
    const pageInfo = { hasPreviousPage: at > 0, startCursor: String(at) };
    return { pullRequest: { comments: { nodes, pageInfo } } };
  }

  function git(...args: string[]): string {
    const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
    const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return stdout.trim();
  }

  function change(patch: Patch): void {
    writeFileSync(join(folder, "asyncapi.yaml"), fixtureText(patch));
    git("add", ".");
    git("commit", "--quiet", "--message=change");
  }

  /** Runs a step with the values of its expressions. */
  async function run(step: Step | undefined, against = base, more: NodeJS.ProcessEnv = {}) {
    assert.ok(step);
    assert.equal(step.shell, "bash");
    const { port } = server.address() as AddressInfo;
    const values: Readonly<Record<string, string>> = {
      "inputs.document": "asyncapi.yaml",
      "inputs.base": against,
      "inputs.command": command,
      "inputs.token": "secret",
      "github.event.pull_request.number": "7",
    };
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([name, text]) => [
        name,
        text.replace(/\$\{\{ (\S+) \}\}/g, (_, key: string) => {
          assert.ok(key in values, key);
          return values[key] ?? "";
        }),
      ]),
    );
    for (const file of ["output", "summary"]) writeFileSync(join(folder, ".git", file), "");
    // As GitHub does for `shell: bash`.
    const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run], {
      cwd: folder,
      env: {
        ...process.env,
        GITHUB_API_URL: `http://127.0.0.1:${port}`,
        GITHUB_GRAPHQL_URL: `http://127.0.0.1:${port}/graphql`,
        GITHUB_EVENT_NAME: "pull_request",
        GITHUB_REPOSITORY: "shop/contracts",
        GITHUB_OUTPUT: join(folder, ".git/output"),
        GITHUB_STEP_SUMMARY: join(folder, ".git/summary"),
        RUNNER_TEMP: join(folder, ".git"),
        ...env,
        ...more,
      },
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
    const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
    const written = (file: string) => readFileSync(join(folder, ".git", file), "utf8");
    return { status, text, outputs: written("output"), summary: written("summary") };
  }

  it("calls the version of the command that it belongs to", () => {
    assert.ok(action.inputs.command.default.includes(` @rabbit-contract/contract@${manifest.version} `));
  });

  it("annotates the files, writes the summary, and keeps one comment up to date", async () => {
    change({ "/components/schemas/BasketFilled/properties/gift": { type: "boolean" } });
    const compared = await run(compareStep);
    assert.equal(compared.status, 0, compared.text);
    assert.match(compared.text, /^::notice file=asyncapi.yaml,line=\d+,title=message basket.filled/m);
    assert.equal(compared.outputs, "allowed=true\nneeded=minor\ndeploy=any\n");
    assert.match(compared.summary, /^### ✅ Contract: 0 breaking, 0 unknown, 1 compatible/);
    const commented = await run(commentStep);
    assert.equal(commented.status, 0, commented.text);
    assert.equal(comments.length, 1);
    assert.match(comments[0]?.body ?? "", /^<!-- rabbit-contract compare asyncapi.yaml -->\n### ✅ /);

    change({ "/components/schemas/BasketFilled/properties/items/maximum": 10, "/info/version": "1.0.1" });
    const refused = await run(compareStep);
    assert.equal(refused.status, 0, refused.text);
    assert.equal(refused.outputs, "allowed=false\nneeded=major\ndeploy=producers-first\n");
    assert.match(refused.text, /^::error file=asyncapi.yaml,line=\d+,title=message basket.filled/m);
    assert.equal((await run(commentStep)).status, 0);
    assert.equal(comments.length, 1);
    assert.match(comments[0]?.body ?? "", /### ❌ Contract: 1 breaking/);
    assert.equal((await run(failStep)).status, 1);
  });

  it("leaves the comments of others alone, even those that begin like its own", async () => {
    const [own] = comments;
    const mark = "<!-- rabbit-contract compare asyncapi.yaml -->";
    const others = [98, 99].map((id) => ({ id, body: `${mark}\nAllowed!`, isForeign: true }));
    comments.push(...others);
    change({ "/info/version": "2.0.0" });
    assert.equal((await run(compareStep)).status, 0);
    const { status, text } = await run(commentStep);
    assert.equal(status, 0, text);
    assert.deepEqual(comments.slice(1), others);
    assert.notEqual(comments[0]?.body, own?.body);
    assert.match(comments[0]?.body ?? "", /^<!-- .* -->\n### /);
  });

  it("prints nothing that a document says as a command to GitHub, and escapes mentions", async () => {
    const name = "x\n::set-output name=allowed::true @everyone";
    change({ [`/components/schemas/BasketFilled/properties/${name}`]: { type: "string" } });
    const { status, text, summary } = await run(compareStep);
    assert.equal(status, 0, text);
    const [, token = ""] = /^::stop-commands::(\w{32})$/m.exec(text) ?? [];
    assert.ok(text.includes(`\n::${token}::\n`), text);
    const open = text.slice(text.indexOf(`\n::${token}::\n`));
    assert.doesNotMatch(open, /^::set-output/m);
    assert.match(open, /^::notice .*%0A::set-output|%0A%3A%3Aset-output/m);
    assert.doesNotMatch(summary, /@everyone/);
  });

  it("refuses an event that would give a pull request the secrets of the repository", async () => {
    const { status, text } = await run(compareStep, base, { GITHUB_EVENT_NAME: "pull_request_target" });
    assert.equal(status, 2);
    assert.match(text, /^::error::use the event pull_request: /m);
  });

  it("says why there is no comment, and does not fail for it", async () => {
    refuses = true;
    const { status, text } = await run(commentStep);
    refuses = false;
    assert.equal(status, 0, text);
    assert.match(text, /::warning::no comment: Resource not accessible by integration/);
  });

  it("fails if the document cannot be compared", async () => {
    const { status, text } = await run(compareStep, "no-such-ref");
    assert.equal(status, 2, text);
    assert.match(text, /::error file=asyncapi.yaml::the document cannot be compared with no-such-ref/);
  });
});
