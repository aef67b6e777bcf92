/** For tests: a service that asks, and one that answers. */
import { defineQueue } from "../../define/queue.ts";
import { defineService } from "../../define/service.ts";
import { jobAdded, jobRemoved, jobsQueue } from "../../testing/fixtures.ts";

export const counting = defineQueue({
  ...jobsQueue,
  name: "counting",
  deadLetterQueue: "counting.dead",
  retryTiers: [{ queue: "counting.retry.100ms", delay: 100 }],
  redeliveryExchange: "counter.redelivery",
  bindings: [{ exchange: "asking", routingKey: "count" }],
  messages: { countJobs: jobAdded },
  replies: { countJobs: jobRemoved },
});
export const counter = defineService({ name: "counter", sends: {}, queues: [counting] });
export const asker = defineService({
  name: "asker",
  sends: {},
  requests: {
    countJobs: {
      message: jobAdded,
      exchange: "asking",
      routingKey: "count",
      queues: ["counting"],
      reply: jobRemoved,
    },
  },
  queues: [],
});
