import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { runtimeName } from "../runtime/runtime.ts";
import {
  ConfigError,
  describeConfig,
  duration,
  integer,
  oneOf,
  optional,
  readConfig,
  text,
  url,
} from "./config.ts";

const variables = {
  port: integer("PARCEL_PORT", { description: "HTTP port", default: 8002, minimum: 0, maximum: 65_535 }),
  host: text("PARCEL_HOST", { description: "Address to listen on", default: "127.0.0.1" }),
  databaseUrl: url("PARCEL_DATABASE_URL", {
    description: "Database of the service",
    protocols: ["postgres:", "postgresql:"],
  }),
  smtpUrl: optional(url("SMTP_URL", { description: "Where e-mail goes", protocols: ["smtp:", "smtps:"] })),
  logLevel: oneOf("LOG_LEVEL", ["info", "debug"], { description: "How much is logged", default: "info" }),
  deadline: duration("BASKET_DEADLINE", { description: "Until a basket expires", default: 900_000 }),
};

const directory = mkdtempSync(join(tmpdir(), "config-"));
after(() => rmSync(directory, { recursive: true }));

function file(content: string): string {
  const path = join(directory, String(Math.random()));
  writeFileSync(path, content);
  return path;
}

/** What `readConfig` says of `environment`, line by line. */
function complaints(environment: Record<string, string>): string[] {
  try {
    readConfig(variables, environment);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    const [first, ...rest] = error.message.split("\n");
    assert.equal(first, "the configuration is wrong:");
    return rest.map((line) => line.trim());
  }
  throw new assert.AssertionError({ message: "the configuration was taken" });
}

describe("the configuration", () => {
  it("has defaults, and types that follow from its variables", () => {
    const config = readConfig(variables, { PARCEL_DATABASE_URL: "postgres://app:pass@db/app" });
    const level: "info" | "debug" = config.logLevel;
    const smtp: string | undefined = config.smtpUrl;
    assert.deepEqual(config, {
      port: 8002,
      host: "127.0.0.1",
      databaseUrl: "postgres://app:pass@db/app",
      smtpUrl: smtp,
      logLevel: level,
      deadline: 900_000,
    });
    assert.equal(smtp, undefined);
    assert.ok(Object.isFrozen(config));
  });

  it("is read from the environment, where empty is not set", () => {
    const config = readConfig(variables, {
      PARCEL_PORT: "0",
      PARCEL_HOST: "",
      PARCEL_DATABASE_URL: "postgresql://db/app",
      SMTP_URL: "smtp://localhost:1025",
      LOG_LEVEL: "debug",
      BASKET_DEADLINE: "90s",
    });
    const { port, host, smtpUrl, logLevel, deadline } = config;
    const expected = [0, "127.0.0.1", "smtp://localhost:1025", "debug", 90_000];
    assert.deepEqual([port, host, smtpUrl, logLevel, deadline], expected);
  });

  it("may come from files, without the line break at their end", () => {
    const PARCEL_DATABASE_URL_FILE = file("postgres://app:pass@db/app\n");
    const config = readConfig(variables, { PARCEL_DATABASE_URL_FILE, PARCEL_PORT_FILE: file("81") });
    assert.equal(config.databaseUrl, "postgres://app:pass@db/app");
    assert.equal(config.port, 81);
  });

  it("names everything that is missing or wrong at once, without values", () => {
    const lines = complaints({
      PARCEL_PORT: "70000",
      SMTP_URL: "http://user:secret@host",
      LOG_LEVEL: "secret",
      BASKET_DEADLINE_FILE: file("secret"),
    });
    assert.deepEqual(lines, [
      "PARCEL_PORT must be an integer from 0 to 65535",
      "PARCEL_DATABASE_URL is missing: set it, or PARCEL_DATABASE_URL_FILE, to a URL that starts with postgres:// or postgresql:// (Database of the service)",
      "SMTP_URL must be a URL that starts with smtp:// or smtps://",
      "LOG_LEVEL must be one of info, debug",
      "what BASKET_DEADLINE_FILE points to must be a duration such as 500ms, 30s, 15m, 2h or 1d",
    ]);
  });

  for (const [name, value] of [
    ["PARCEL_PORT", "-1"],
    ["PARCEL_PORT", "80.5"],
    ["PARCEL_PORT", "0x50"],
    ["PARCEL_PORT", " 80"],
    ["PARCEL_PORT", "1e3"],
    ["PARCEL_DATABASE_URL", "postgres:app"],
    ["PARCEL_DATABASE_URL", "db/app"],
    ["BASKET_DEADLINE", "900"],
    ["BASKET_DEADLINE", "1.5h"],
    ["BASKET_DEADLINE", "1y"],
  ] as const) {
    it(`refuses ${name}=${JSON.stringify(value)}`, () => {
      const [line] = complaints({ PARCEL_DATABASE_URL: "postgres://db/app", [name]: value });
      assert.match(line ?? "", new RegExp(`^${name} must be `));
    });
  }

  it("says where a port comes from that Kubernetes has set", () => {
    const environment = {
      PARCEL_PORT: "tcp://10.0.0.7:8002",
      PARCEL_DATABASE_URL: "postgres://localhost/parcels",
    };
    assert.throws(
      () => readConfig(variables, environment),
      /PARCEL_PORT must be an integer .*enableServiceLinks: false/,
    );
  });

  it("refuses a variable that is set twice, and a missing file", () => {
    const database = "postgres://db/app";
    const both = complaints({ PARCEL_DATABASE_URL: database, PARCEL_DATABASE_URL_FILE: file(database) });
    assert.deepEqual(both, ["PARCEL_DATABASE_URL and PARCEL_DATABASE_URL_FILE are both set: remove one"]);
    const [missing] = complaints({ PARCEL_DATABASE_URL_FILE: join(directory, "none") });
    assert.match(
      missing ?? "",
      /^PARCEL_DATABASE_URL_FILE must name a file that can be read: ".*none" gives ENOENT$/,
    );
    assert.match(complaints({ PARCEL_DATABASE_URL_FILE: file("\n") })[0] ?? "", /is missing/);
  });

  it("describes itself", () => {
    assert.equal(
      describeConfig({ port: variables.port, level: variables.logLevel, url: variables.databaseUrl }).split(
        "\n",
      )[2],
      "PARCEL_DATABASE_URL  required      Database of the service; a URL that starts with postgres:// or postgresql://",
    );
    assert.match(describeConfig(variables), /^SMTP_URL +default none +Where e-mail goes; a URL/m);
    assert.match(describeConfig(variables), /^BASKET_DEADLINE +default 15m /m);
  });
});

describe("a program that reads its configuration", () => {
  const script = `
    const { configOrExit, integer } = await import(${JSON.stringify(new URL("./config.ts", import.meta.url).href)});
    const { port } = configOrExit({ port: integer("PORT", { description: "Port", minimum: 1, maximum: 9 }) });
    console.log("port " + port);`;
  const path = file(script);

  function run(PORT: string, ...args: string[]) {
    const runtime = runtimeName.startsWith("deno") ? ["run", "-A", "--no-check", "--ext=mjs"] : [];
    return spawnSync(process.execPath, [...runtime, path, ...args], {
      env: { ...process.env, PORT },
      encoding: "utf8",
    });
  }

  it("continues with a valid configuration", () => {
    const { status, stdout } = run("7");
    assert.equal(stdout, "port 7\n");
    assert.equal(status, 0);
  });

  it("exits with 1 and no stack trace if something is wrong", () => {
    const { status, stdout, stderr } = run("70");
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /^the configuration is wrong:\n {2}PORT must be an integer from 1 to 9\n--help lists/,
    );
    assert.equal(status, 1);
  });

  it("prints its variables for --help", () => {
    const { status, stdout } = run("70", "--help");
    assert.match(stdout, /PORT {2}required {2}Port; an integer from 1 to 9/);
    assert.equal(status, 0);
  });
});
