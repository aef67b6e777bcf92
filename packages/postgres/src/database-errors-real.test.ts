import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Fault } from "@rabbit-contract/messaging";
import { eventually, RecordingLog, TcpProxy } from "@rabbit-contract/messaging/testing";
import { type SQL, sql } from "drizzle-orm";
import pg from "pg";
import { CommitOutcomeUnknown, databaseFaultOf } from "./database-errors.ts";
import { openPool } from "./pool.ts";
import { rowsOf, type TestDatabase, testDatabase, testMigrations } from "./testing/index.ts";
import { createDatabase, type Database } from "./transaction.ts";

const log = new RecordingLog();

/** What `promise` rejects with. */
async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail("it did not reject");
}

function stateOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof pg.DatabaseError) return cause.code;
  return undefined;
}

describe("an error that PostgreSQL answers with", () => {
  let testing: TestDatabase;
  let database: Database;

  before(async () => {
    testing = await testDatabase(testMigrations);
    database = open(testing.url);
    await rowsOf(
      testing.migrationUrl,
      `create table things (id int primary key, size smallint check (size > 0), name varchar(3));
       insert into things values (1, 1, 'one'), (2, 2, 'two');
       grant select, insert, update on things to public`,
    );
  });
  after(async () => {
    await database.close();
    await testing.drop();
  });

  const open = (url: string, poolSize = 4) =>
    createDatabase(openPool({ url, applicationName: "errors-test", log, poolSize }), { log });

  async function expectFault(work: Promise<unknown>, state: string, fault: Fault): Promise<void> {
    const error = await rejectionOf(work);
    assert.deepEqual([stateOf(error), databaseFaultOf(error)], [state, fault]);
  }

  const statements: readonly (readonly [state: string, Fault, string, SQL])[] = [
    ["22001", "caller", "a text that is too long", sql`insert into things values (9, 9, 'nine')`],
    ["22003", "caller", "a number out of range", sql`insert into things values (9, 99999, '9')`],
    ["22P02", "caller", "a text that is no number", sql`select ${"x"}::int`],
    ["22012", "caller", "a division by zero", sql`select 1 / 0`],
    ["23505", "caller", "a key that exists", sql`insert into things values (1, 1, '1')`],
    ["23514", "caller", "a value that a check refuses", sql`insert into things values (9, 0, '9')`],
    ["23502", "caller", "a value that is missing", sql`insert into things values (null, 1, '9')`],
    ["42601", "caller", "a statement that is no SQL", sql`selekt`],
    ["42P01", "configuration", "a table that is missing", sql`select from gone`],
    ["42703", "configuration", "a column that is missing", sql`select gone from things`],
    ["42883", "configuration", "a function that is missing", sql`select gone(1)`],
    ["42704", "configuration", "a type that is missing", sql`select null::gone`],
    ["42501", "configuration", "a right that is missing", sql`delete from things`],
    ["3F000", "configuration", "a schema that is missing", sql`create table gone.things (id int)`],
    ["0A000", "caller", "what PostgreSQL does not support", sql`select from template1.public.things`],
  ];
  for (const [state, fault, what, statement] of statements) {
    it(`${state} is of the kind ${fault}: ${what}`, () =>
      expectFault(database.sql.execute(statement), state, fault));
  }

  it("57014 is suspect: a statement that takes too long", () =>
    expectFault(
      database.transaction(async ({ sql: tx }) => {
        await tx.execute(sql`set local statement_timeout = 50`);
        await tx.execute(sql`select pg_sleep(10)`);
      }),
      "57014",
      "suspect",
    ));

  it("55P03 is a conflict: a lock that another transaction holds", () =>
    database.transaction(async (holder) => {
      await holder.sql.execute(sql`lock table things in access exclusive mode`);
      await expectFault(
        database.transaction(async ({ sql: tx }) => {
          await tx.execute(sql`set local lock_timeout = 50`);
          await tx.execute(sql`select from things`);
        }),
        "55P03",
        "conflict",
      );
    }));

  it("40001 is a conflict: a row that another transaction changed", () =>
    expectFault(
      database.transaction(async ({ sql: tx }) => {
        await tx.execute(sql`set transaction isolation level repeatable read`);
        await tx.execute(sql`select from things`);
        await database.sql.execute(sql`update things set size = size + 1 where id = 1`);
        await tx.execute(sql`update things set size = size + 1 where id = 1`);
      }),
      "40001",
      "conflict",
    ));

  it("40P01 is a conflict: a deadlock", async () => {
    const lock = (id: number) => sql`update things set name = 'x' where id = ${id}`;
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const both = await Promise.allSettled([
      database.transaction(async ({ sql: tx }) => {
        await tx.execute(lock(1));
        first.resolve();
        await second.promise;
        await tx.execute(lock(2));
      }),
      database.transaction(async ({ sql: tx }) => {
        await first.promise;
        await tx.execute(lock(2));
        second.resolve();
        await tx.execute(lock(1));
      }),
    ]);
    const failed = both.find((result) => result.status === "rejected");
    await expectFault(Promise.reject(failed?.reason), "40P01", "conflict");
  });

  it("25006 is unavailable: a demoted primary, whose connections are not used again", async () => {
    const one = open(testing.url, 1);
    const server = async () => (await one.sql.execute(sql`select pg_backend_pid() as pid`)).rows[0]?.pid;
    const before = await server();
    const written = one.transaction(async ({ sql: tx }) => {
      await tx.execute(sql`set transaction read only`);
      await tx.execute(sql`insert into things values (9, 9, '9')`);
    });
    await expectFault(written, "25006", "unavailable");
    assert.notEqual(await server(), before);
    await one.close();
  });

  it("57P01 is unavailable: the server ends the connection", () =>
    expectFault(
      database.sql.execute(sql`select pg_terminate_backend(pg_backend_pid())`),
      "57P01",
      "unavailable",
    ));

  it("25P03 is suspect, even when it only shows at the next statement: the transaction was idle for too long", async () => {
    const work = database.transaction(async ({ sql: tx }) => {
      await tx.execute(sql`set local idle_in_transaction_session_timeout = 50`);
      await eventually(() => assert.equal(log.matching(/a database connection was lost/).length > 0, true));
      await tx.execute(sql`select 1`);
    });
    await expectFault(work, "25P03", "suspect");
  });

  it("53300 is unavailable: there are too many connections", async () => {
    const { pathname } = new URL(testing.url);
    await rowsOf(process.env.DATABASE_URL ?? "", `alter role "${pathname.slice(1)}" connection limit 0`);
    try {
      const limited = open(testing.url);
      await expectFault(limited.ping(), "53300", "unavailable");
      await limited.close();
    } finally {
      await rowsOf(process.env.DATABASE_URL ?? "", `alter role "${pathname.slice(1)}" connection limit -1`);
    }
  });

  it("28P01 and 3D000 are of the kind configuration: a wrong password, a database that does not exist", async () => {
    const wrong = new URL(testing.url);
    wrong.password = "wrong";
    const unknown = new URL(testing.url);
    unknown.pathname = "/gone";
    for (const [url, state] of [
      [wrong, "28P01"],
      [unknown, "3D000"],
    ] as const) {
      const refused = open(url.href);
      await expectFault(refused.ping(), state, "configuration");
      await expectFault(
        refused.transaction(async () => {}),
        state,
        "configuration",
      );
      await refused.close();
    }
  });

  it("0A000 is a conflict when a migration changed what a prepared statement returns, and does not last", async () => {
    const several = open(testing.url, 4);
    const read = () => several.sql.execute(sql`select * from things`);
    const readOnEach = () => Promise.allSettled([read(), read(), read(), read()]);
    await readOnEach();
    await rowsOf(testing.migrationUrl, "alter table things add column more int");
    await expectFault(read(), "0A000", "conflict");
    const outcomes = await readOnEach();
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      outcomes.map(() => "fulfilled"),
    );
    await several.close();
  });
});

describe("a connection", () => {
  it("that is refused, cut or not answered in time makes the database unavailable", async () => {
    const testing = await testDatabase();
    const proxy = await TcpProxy.start(testing.url);
    const options = { applicationName: "errors-test", log, poolSize: 1 };
    const pool = openPool({ url: proxy.url(testing.url), ...options });
    const database = createDatabase(pool, { log });
    try {
      const cut = database.transaction(async ({ sql: tx }) => {
        await tx.execute(sql`select 1`);
        proxy.cut();
        await tx.execute(sql`select 1`);
      });
      assert.equal(databaseFaultOf(await rejectionOf(cut)), "unavailable");
      const only = await pool.connect();
      const waited = await rejectionOf(database.ping()).finally(() => only.release());
      assert.match(String(waited), /timeout/);
      assert.equal(databaseFaultOf(waited), "unavailable");
      proxy.refusing = true;
      proxy.cut();
      assert.equal(databaseFaultOf(await rejectionOf(database.ping())), "unavailable");
    } finally {
      await database.close();
      await proxy.close();
      await testing.drop();
    }
    const nowhere = openPool({ url: "postgres://nobody@127.0.0.1:1/none", ...options });
    assert.equal(databaseFaultOf(await rejectionOf(createDatabase(nowhere, { log }).ping())), "unavailable");
    await nowhere.end();
  });

  it("that is cut during the commit leaves the outcome unknown, unless the commit was refused", async () => {
    const testing = await testDatabase(testMigrations);
    const proxy = await TcpProxy.start(testing.url);
    const database = createDatabase(
      openPool({ url: proxy.url(testing.url), applicationName: "errors-test", log, poolSize: 1 }),
      { log },
    );
    try {
      await rowsOf(
        testing.migrationUrl,
        "create table things (id int unique deferrable initially deferred); grant insert on things to public",
      );
      const cut = database.transaction(async ({ sql: tx }) => {
        await tx.execute(sql`insert into things values (1)`);
        proxy.deaf = true;
        setTimeout(() => proxy.cut(), 100);
      });
      const error = await rejectionOf(cut);
      assert.ok(error instanceof CommitOutcomeUnknown);
      assert.equal(databaseFaultOf(error), "unavailable");
      proxy.deaf = false;
      const refused = database.transaction(async ({ sql: tx }) => {
        await tx.execute(sql`insert into things values (2), (2)`);
      });
      assert.equal(databaseFaultOf(await rejectionOf(refused)), "caller");
    } finally {
      await database.close();
      await proxy.close();
      await testing.drop();
    }
  });
});
