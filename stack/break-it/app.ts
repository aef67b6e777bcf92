/**
 * The calls that the console forwards: local sign-in and Try to break it. All but the first need the machine's secret.
 */
import { finishesWithin } from "@rabbit-contract/messaging";
import type { Logger } from "@rabbit-contract/service";
import type { Guard } from "@rabbit-contract/service/access";
import { conflict, createApp, notFound, ProblemError } from "@rabbit-contract/service/http";
import type { PartAction } from "../control.ts";
import { perService } from "../names.ts";
import type { Stack } from "../stack.ts";
import { Copies } from "./copies.ts";
import { untilQuiet } from "./quiet.ts";
import type { IssueToken } from "./rest.ts";
import { Run } from "./run.ts";
import {
  Duplicates,
  DuplicatesRequest,
  LastRun,
  OrdersRequest,
  Part,
  PartPath,
  Parts,
  RunState,
  SignIn,
  Token,
} from "./schemas.ts";

/** Seconds that a token of a local sign-in is valid. */
const tokenLifetime = 3_600;
/** Milliseconds that a call waits for its action. */
const patience = 30_000;
/** Wrong secrets per second; further ones are not even compared. */
const guesses = 10;

export interface BreakItOptions {
  readonly stack: Pick<Stack, "control" | "addresses" | "broker">;
  readonly isSecret: (given: string) => boolean;
  readonly issueToken: IssueToken;
  readonly guard: Guard;
  readonly log: Logger;
}

export function createBreakItApp({ stack, isSecret, issueToken, guard, log }: BreakItOptions) {
  /** The actions that are running, by their part. */
  const acting = new Map<string, PartAction>();
  let wrong = { second: 0, count: 0 };
  let run: Run | undefined;
  let copies: Copies | undefined;

  function requireSecret(given: string | null | undefined): void {
    const second = Math.floor(Date.now() / 1_000);
    if (wrong.second !== second) wrong = { second, count: 0 };
    if (wrong.count >= guesses) throw refusal(429, "too-many-requests", "Too many requests");
    if (given && isSecret(given)) return;
    wrong.count++;
    throw refusal(401, "unauthorized", "Not authenticated");
  }

  /** A process is there before it answers: the action ends once it does. */
  async function parts() {
    const listed = await stack.control.parts();
    return listed.map((part) =>
      acting.get(part.name) === "start" ? { ...part, state: "starting" as const } : part,
    );
  }

  const mine = ({ request }: { readonly request: Request }) =>
    requireSecret(request.headers.get("machine-secret"));

  const app = createApp({
    title: "Try to break it",
    version: "1.0.0",
    description: "What the console offers where make up runs the system on this machine.",
    log,
    guard,
  })
    .post(
      "/sign-in/local",
      async ({ body: { machine, role, subject = role } }) => {
        requireSecret(machine);
        const expiresAt = new Date(Date.now() + tokenLifetime * 1_000).toISOString();
        const token = await issueToken({ roles: [role], subject, lifetime: `${tokenLifetime}s` });
        return { token, expiresAt };
      },
      {
        access: "public",
        body: SignIn,
        response: { 200: Token },
        detail: { summary: "Sign in with the machine's secret" },
      },
    )
    .get("/break-it/parts", async () => ({ parts: await parts() }), {
      access: "public",
      beforeHandle: mine,
      response: { 200: Parts },
      detail: { summary: "List what can be stopped" },
    })
    .post(
      "/break-it/parts/:name/:action",
      async ({ params: { name, action } }) => {
        const find = async () => (await parts()).find((part) => part.name === name);
        if (!(await find())) throw notFound("part", name);
        if (acting.has(name))
          throw conflict(
            "action-in-progress",
            "An action is still running",
            `Another action on ${name} is still running.`,
          );
        log.info({ part: name, action }, "break it");
        acting.set(name, action);
        const done = stack.control.act(name, action).finally(() => acting.delete(name));
        done.catch((err: unknown) => log.error({ err, part: name, action }, "break it failed"));
        // A server may take longer to start than a connection stays open: the list of parts then shows when it runs.
        if (await finishesWithin(patience, done)) await done;
        const after = await find();
        if (!after) throw notFound("part", name);
        return after;
      },
      {
        access: "public",
        beforeHandle: mine,
        params: PartPath,
        response: { 200: Part },
        detail: { summary: "Stop, kill, pause or start a part" },
      },
    )
    .post(
      "/break-it/orders",
      ({ body, status }) => {
        if (run && !run.isOver)
          throw conflict("run-in-progress", "A run is still going on", "One run at a time.");
        const { ports, servers } = stack.addresses();
        const at = (port: number) => `http://127.0.0.1:${port}`;
        copies ??= new Copies(servers.AMQP_URL, stack.broker().virtualHost);
        run = new Run({
          issueToken,
          count: body.count,
          urls: perService((name) => at(ports[name])),
          untilQuiet: (signal) => untilQuiet(stack.broker(), signal),
        });
        void run.go();
        return status(202, run.state);
      },
      {
        access: "public",
        beforeHandle: mine,
        body: OrdersRequest,
        response: { 202: RunState },
        detail: { summary: "Place orders, and report what happened to them" },
      },
    )
    .post(
      "/break-it/duplicates",
      async ({ body }) => {
        if (!copies || copies.count === 0 || !run)
          throw conflict("no-messages", "There is no message yet", "Place orders first.");
        const { sent, queues } = await copies.send(body.count);
        void run.duplicated(sent);
        return { sent, queues };
      },
      {
        access: "public",
        beforeHandle: mine,
        body: DuplicatesRequest,
        response: { 200: Duplicates },
        detail: { summary: "Deliver messages of the run again" },
      },
    )
    .get("/break-it/run", () => ({ run: run?.state ?? null }), {
      access: "public",
      beforeHandle: mine,
      response: { 200: LastRun },
      detail: { summary: "Show the current run, else the last one" },
    });
  const stop = () => {
    run?.stop();
    copies?.close();
  };
  return { app, stop };
}

/** From which the console's page takes the types of its calls. */
export type BreakItApp = ReturnType<typeof createBreakItApp>["app"];

function refusal(status: number, name: string, title: string): ProblemError {
  const detail =
    "Open the link that `make up` and `make console` print: it carries the secret of this machine.";
  return new ProblemError({ status, name, title, detail });
}
