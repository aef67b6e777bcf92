/** The services of the system, in the order in which messages pass them. */
export const serviceNames = ["inventory", "order", "notification"] as const;
export type ServiceName = (typeof serviceNames)[number];

/** The port a service listens on unless told otherwise. */
export const defaultPorts: Readonly<Record<ServiceName, number>> = {
  inventory: 8001,
  order: 8002,
  notification: 8003,
};
