/** How `make up` starts its own servers. */
export const serverOptions = {
  wellKnownPorts: true,
  // The console shows queues every second; RabbitMQ counts every five by default.
  statisticsInterval: 1_000,
} as const;
