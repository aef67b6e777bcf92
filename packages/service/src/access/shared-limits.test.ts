import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { eventually, TcpProxy } from "@rabbit-contract/messaging/testing";
import { createDatabase, type Database, openPool } from "@rabbit-contract/postgres";
import { type TestDatabase, testDatabase, testMigrations } from "@rabbit-contract/postgres/testing";
import { sql } from "drizzle-orm";
import { memoryLog } from "../testing/http.ts";
import { ClientLimits } from "./client-limits.ts";
import { SharedLimits } from "./shared-limits.ts";

let testing: TestDatabase;
let proxy: TcpProxy;
let database: Database;
let processes: SharedLimits[] = [];

before(async () => {
  testing = await testDatabase(testMigrations);
  proxy = await TcpProxy.start(testing.url);
  const { log } = memoryLog();
  const url = proxy.url(testing.url);
  database = createDatabase(openPool({ url, applicationName: "test", log }), { log });
});
afterEach(async () => {
  await Promise.all(processes.map((shared) => shared.stop(5_000)));
  processes = [];
  await database.sql.execute("delete from rate_limits");
});
after(async () => {
  await database.close();
  await proxy.close();
  await testing.drop();
});

/** The limits of one process. By default a client has 20 requests a second, in bursts of 100. */
function startProcess({ scope = "callers", rate = 20 } = {}) {
  const { log, lines } = memoryLog();
  const shared = new SharedLimits({ database, log });
  processes.push(shared);
  const limits = new ClientLimits({ rate, clients: 10_000, report: shared.report(scope) });
  const refuses = (key: string) => {
    try {
      limits.count(key);
      return false;
    } catch {
      return true;
    }
  };
  /** Makes up to `count` requests. @returns how many were allowed */
  const call = (key: string, count: number) => {
    for (let done = 0; done < count; done++) if (refuses(key)) return done;
    return count;
  };
  return { shared, lines, call, refuses };
}

async function knownClients(): Promise<readonly { client: string; owed: number }[]> {
  const seconds = sql`extract(epoch from paid_until - clock_timestamp())::float8`;
  const { rows } = await database.sql.execute<{ client: string; owed: number }>(sql`
    select client, ${seconds} as owed from rate_limits`);
  return rows;
}

describe("the requests per second of a client", () => {
  it("are limited in all processes together", async () => {
    const [one, other, third] = [startProcess(), startProcess(), startProcess()];
    // None of them would refuse the next one.
    for (const { call } of [one, other, third]) assert.equal(call("ada", 80), 80);
    await eventually(() => {
      const refused = [one, other, third].map(({ refuses }) => refuses("ada"));
      assert.deepEqual(refused, [true, true, true]);
    });
    assert.equal(one.call("bob", 80), 80);
  });

  it("that exceed the limit are paid back", async () => {
    const processes = Array.from({ length: 6 }, () => startProcess());
    for (const { call } of processes) assert.equal(call("ada", 100), 100);
    await eventually(async () => {
      const [ada] = await knownClients();
      assert.ok((ada?.owed ?? 0) > 20, `owes ${ada?.owed} s`);
    });
  });

  it("are soon known to another process, once that allows a second's worth", async () => {
    const [one, other] = [startProcess(), startProcess()];
    for (const { call } of [one, startProcess(), startProcess()]) call("ada", 100);
    await eventually(async () => assert.ok(((await knownClients())[0]?.owed ?? 0) > 6));
    assert.equal(other.call("ada", 20), 20);
    await eventually(() => assert.ok(other.refuses("ada")), { interval: 10 });
  });

  it("do not depend on the clocks of processes", async () => {
    const { now } = Date;
    try {
      for (const skew of [3_600_000, -3_600_000, 0]) {
        Date.now = () => now() + skew;
        startProcess().call("ada", 100);
        await eventually(async () => assert.equal((await knownClients()).length, 1));
      }
    } finally {
      Date.now = now;
    }
    await eventually(async () => {
      const [ada] = await knownClients();
      // 15, less what is paid back meanwhile.
      assert.ok(ada !== undefined && ada.owed > 5 && ada.owed <= 15, `owes ${ada?.owed} s`);
    });
  });

  it("are counted separately for each limit", async () => {
    const [one, other] = [startProcess({ scope: "callers" }), startProcess({ scope: "refusals" })];
    one.call("ada", 100);
    other.call("ada", 50);
    await eventually(async () => assert.equal((await knownClients()).length, 2));
    assert.ok(!other.refuses("ada"));
  });
});

describe("the statement", () => {
  it("reports at most the 500 clients that have spent most, and contains none of their names", async () => {
    const { call } = startProcess();
    for (let client = 0; client < 2_000; client++) call(`light-${client}`, 1);
    for (let client = 0; client < 300; client++) call(`heavy-${client}`, 60);
    await eventually(async () => assert.ok((await knownClients()).length > 0));
    const known = await knownClients();
    assert.equal(known.length, 500);
    // What each owes becomes less as time passes.
    const most = Math.max(...known.map(({ owed }) => owed));
    assert.equal(known.filter(({ owed }) => owed > most - 1).length, 300);
    for (const { client } of known) assert.match(client, /^[\w-]{43}$/);
  });

  it("leaves out clients that make few requests", async () => {
    const { call } = startProcess({ rate: 1_000 });
    call("ada", 49);
    call("bob", 50);
    await eventually(async () => assert.equal((await knownClients()).length, 1));
    call("ada", 1);
    await eventually(async () => assert.equal((await knownClients()).length, 2));
  });
});

describe("while the database is down", () => {
  it("each process limits alone, logs that once, and shares limits again later", async () => {
    const [one, other] = [startProcess(), startProcess()];
    proxy.refusing = true;
    proxy.cut();
    assert.equal(one.call("ada", 200), 100);
    await eventually(() => assert.equal(one.lines.length, 1));
    await eventually(() => assert.ok(one.shared.failures.lasting(1_500)));
    assert.equal(one.lines.length, 1);
    assert.match(String(one.lines[0]?.msg), /in each process alone/);
    assert.equal(other.call("ada", 60), 60);

    proxy.refusing = false;
    await eventually(() => assert.match(String(one.lines[1]?.msg), /together again/));
    assert.equal(one.shared.failures.lasting(0), undefined);
    one.call("bob", 100);
    other.call("bob", 60);
    await eventually(() => assert.ok(other.refuses("bob")));
  });
});

describe("a process that stops", () => {
  it("waits for the statement in progress, and sends no other", async () => {
    const { call, shared } = startProcess();
    call("ada", 10);
    await shared.stop(5_000);
    const before = await knownClients();
    call("bob", 10);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual(
      (await knownClients()).map(({ client }) => client),
      before.map(({ client }) => client),
    );
  });
});
