/** How `make up` starts its own servers. */
export const serverOptions = {
  wellKnownPorts: true,
  // The console shows queues every second; by default, RabbitMQ counts every five.
  statisticsInterval: 1_000,
} as const;
