export { Poll, type PollOptions } from "./jobs/poll.ts";
export { type Job, startTimer, type TimerOptions } from "./jobs/timer.ts";
export { createLogger, LOG_LEVELS, type Logger } from "./log.ts";
export { onCrash, onSignal, stopSignal } from "./runtime/runtime.ts";
export { openService, type Service, type ServiceConfig } from "./service.ts";
