/** Counts what a client asks PostgreSQL for, by reading its connections. */
import type { TcpProxy } from "@rabbit-contract/messaging/testing";
import { Packets } from "./packets.ts";

/** One transaction, or a statement outside of one. */
export interface CountedTransaction {
  /** The server process that ran it. */
  readonly connection: number;
  /** With `begin` and `commit`. */
  readonly statements: readonly string[];
  /** How often the client had to wait for an answer before it continued. */
  readonly roundTrips: number;
  /** Portions in which either side wrote: TCP segments, unless the network joins them. */
  readonly segments: number;
}

interface State {
  readonly client: Packets;
  readonly server: Packets;
  /** By name. */
  readonly prepared: Map<string, string>;
  bound: string;
  /** Sent, and not answered yet. */
  readonly sent: string[];
  statements: string[];
  roundTrips: number;
  segments: number;
  waiting: boolean;
  started: boolean;
}

export class PostgresCounter {
  #transactions: CountedTransaction[] = [];

  constructor(proxy: TcpProxy) {
    const states = new Map<number, State>();
    proxy.tap = (from, bytes, connection) => {
      const state = states.get(connection) ?? this.#open(connection);
      states.set(connection, state);
      state.segments++;
      if (from === "client" && !state.waiting) state.roundTrips++;
      state.waiting = from === "client";
      state[from].push(bytes);
    };
  }

  /** Those that have ended since the last call. */
  take(): CountedTransaction[] {
    const taken = this.#transactions;
    this.#transactions = [];
    return taken;
  }

  #open(connection: number): State {
    const state: State = {
      client: new Packets(
        (bytes) => lengthOf(bytes, state.started ? 1 : 0),
        (message) => onRequest(state, message),
      ),
      server: new Packets(
        (bytes) => lengthOf(bytes, 1),
        (message) => this.#onAnswer(state, connection, message),
      ),
      prepared: new Map(),
      bound: "",
      sent: [],
      statements: [],
      roundTrips: 0,
      segments: 0,
      waiting: false,
      started: false,
    };
    return state;
  }

  #onAnswer(state: State, connection: number, message: Buffer): void {
    if (message[0] !== codeOf("Z")) return; // ready for the next statement
    const statement = state.sent.shift();
    if (statement !== undefined) state.statements.push(statement);
    if (message[5] !== codeOf("I")) return; // the transaction continues
    const { statements, roundTrips, segments } = state;
    if (statements.length > 0) this.#transactions.push({ connection, statements, roundTrips, segments });
    Object.assign(state, { statements: [], roundTrips: 0, segments: 0 });
  }
}

function onRequest(state: State, message: Buffer): void {
  if (!state.started) {
    state.started = true; // the start-up message has no type
    return;
  }
  const strings = () => message.subarray(5).toString("utf8").split("\0");
  switch (String.fromCharCode(message[0] ?? 0)) {
    case "Q":
      state.sent.push(strings()[0] ?? "");
      break;
    case "P": {
      const [name = "", text = ""] = strings();
      state.prepared.set(name, text);
      break;
    }
    case "B":
      state.bound = state.prepared.get(strings()[1] ?? "") ?? "";
      break;
    case "S":
      state.sent.push(state.bound);
      break;
  }
}

function lengthOf(bytes: Buffer, type: number): number | undefined {
  return bytes.length < type + 4 ? undefined : type + bytes.readUInt32BE(type);
}

function codeOf(letter: string): number {
  return letter.charCodeAt(0);
}
