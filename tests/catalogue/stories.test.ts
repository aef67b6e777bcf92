import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { buildContract, Source } from "@rabbit-contract/contract";
import { eventsOf, readStories, sequencePicture } from "@rabbit-contract/contract/catalogue";

const file = (path: string) => fileURLToPath(new URL(`../../asyncapi/${path}`, import.meta.url));
const contract = buildContract(Source.read(file("asyncapi.yaml")));
const life = readStories(file("catalogue/stories.yaml"));
if (!life) throw new Error("there are no stories beside the contract");
const { stories } = life;

describe("an order's life", () => {
  it("covers every message of the contract", () => {
    const met = new Set(
      stories.flatMap(({ steps }) => steps.flatMap((step) => ("message" in step ? [step.message] : []))),
    );
    const missing = contract.messages.map(({ name }) => name).filter((name) => !met.has(name));
    assert.deepEqual(missing, [], "add what is missing to a story in asyncapi/catalogue/stories.yaml");
  });

  for (const story of stories) {
    it(`"${story.title}" draws each message from its sender to all its consumers`, () => {
      const picture = sequencePicture(contract, life, story, { root: "" }).toString();
      const drawn = [
        ...picture.matchAll(/data-message="([^"]*)" data-from="([^"]*)" data-to="([^"]*)"/g),
      ].map(([, message, from, to]) => ({ message, from, to: to?.split(" ").sort() }));
      const wanted = story.steps.flatMap((step) => {
        if (!("message" in step)) return [];
        const carries = ({ messages }: { messages: readonly { name: string }[] }) =>
          messages.some(({ name }) => name === step.message);
        return [
          {
            message: step.message,
            from: contract.sends.find(carries)?.service,
            to: contract.receives
              .filter(carries)
              .map(({ service }) => service)
              .sort(),
          },
        ];
      });
      assert.deepEqual(drawn, wanted);
    });

    it(`"${story.title}" has no service send a message before one has reached it`, () => {
      const reached = new Set<string>();
      for (const event of eventsOf(contract, story)) {
        if (event.kind === "call") reached.add(event.to);
        if (event.kind !== "message") continue;
        assert.ok(reached.has(event.from), `${event.from} sends ${event.message} without a cause`);
        for (const { service } of event.to) reached.add(service);
      }
    });
  }

  it("names only what the contract has", () => {
    const story = { id: "wrong", title: "", about: "", steps: [{ message: "order.lost" }] };
    assert.throws(() => eventsOf(contract, story), /"wrong".*sends "order\.lost".*change the story/);
    const other = { ...story, steps: [{ call: "GET /", to: "billing" }] };
    assert.throws(() => eventsOf(contract, other), /names the service "billing"/);
  });
});
