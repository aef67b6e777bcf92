/** The answers of broker and database to forbidden attempts. */
import { withClient } from "@rabbit-contract/postgres/provision";
import { type ConfirmChannel, connect } from "amqplib";
import pg from "pg";

/** @returns what the broker said: `403` for what it refused, `allowed` for what it did */
export async function tryOnBroker(
  url: string,
  act: (channel: ConfirmChannel) => Promise<unknown>,
): Promise<string> {
  const connection = await connect(url).catch((error: Error) => error);
  if (connection instanceof Error)
    return /ACCESS.REFUSED/i.test(connection.message) ? "403" : connection.message;
  connection.on("error", () => {});
  try {
    const channel = await connection.createConfirmChannel();
    const closed = new Promise<string>((resolve) => {
      channel.once("error", (error: { code?: number }) => resolve(String(error.code)));
    });
    const done = act(channel)
      .then(() => channel.waitForConfirms())
      .then(() => "allowed");
    // A refused request also ends the channel, which reports why.
    return await Promise.race([closed, done.catch(() => closed)]);
  } finally {
    await connection.close().catch(() => {});
  }
}

/** @returns the SQLSTATE of what the database refused, `allowed` for what it did */
export async function tryOnDatabase(url: string, statement: string): Promise<string> {
  try {
    await withClient(url, (client) => client.query(statement));
    return "allowed";
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code) return error.code;
    throw error;
  }
}
