/** RabbitMQ and PostgreSQL as local processes, for tests and measurements. */
export { type BackingServicesOptions, backingServicesDown, backingServicesUp } from "./backing-services.ts";
export { clockOff } from "./clock.ts";
export { runningPgbouncer, startPgbouncer, stopPgbouncer } from "./pgbouncer.ts";
export { type Postgres, runningPostgres, startPostgres, stopPostgres } from "./postgres.ts";
export { killServer } from "./process.ts";
export {
  controlRabbitmq,
  nodeName,
  type Rabbitmq,
  runningRabbitmq,
  startRabbitmq,
  stopRabbitmq,
} from "./rabbitmq.ts";
export { fillDisk, freeDisk } from "./small-disk.ts";
