/**
 * Stories: sequences of messages. Their file is beside the contract, which says what sends and consumes each message,
 * and through which exchange and queue.
 */
import { existsSync, readFileSync } from "node:fs";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { parse } from "yaml";

const closed = { additionalProperties: false };

const Step = Type.Union([
  Type.Object({ call: Type.String(), to: Type.String(), answer: Type.Optional(Type.String()) }, closed),
  Type.Object({ message: Type.String(), note: Type.Optional(Type.String()) }, closed),
  Type.Object({ service: Type.String(), does: Type.String() }, closed),
  Type.Object(
    {
      state: Type.String(),
      tone: Type.Optional(
        Type.Union([Type.Literal("waiting"), Type.Literal("good"), Type.Literal("bad")], {
          description: "How the state is coloured",
        }),
      ),
    },
    closed,
  ),
]);

const Story = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z][a-z0-9-]*$" }),
    title: Type.String(),
    about: Type.String(),
    steps: Type.Array(Step),
  },
  closed,
);

const Stories = Type.Object(
  {
    /** File name of the page. */
    page: Type.String({ pattern: "^[a-z][a-z0-9-]*\\.html$" }),
    title: Type.String(),
    about: Type.String(),
    /** The subject of each `state`, e.g. `basket`. */
    subject: Type.String(),
    /** The service that stores the subject. */
    owner: Type.String(),
    stories: Type.Array(Story),
  },
  closed,
);

export type Step = Static<typeof Step>;
export type Story = Static<typeof Story>;
export type Stories = Static<typeof Stories>;

/**
 * @returns undefined when there is no such file
 * @throws Error with the place of the first mistake
 */
export function readStories(file: string): Stories | undefined {
  if (!existsSync(file)) return undefined;
  const data: unknown = parse(readFileSync(file, "utf8"));
  if (Value.Check(Stories, data)) return data;
  const error = Value.Errors(Stories, data).First();
  throw new Error(`cannot read the stories in ${file}: ${error?.path || "/"} ${error?.message}`);
}
