/** What can be done to a running part, for people to see what the others make of it. */

export type ControlState = "running" | "paused" | "stopped";

export const partActions = ["stop", "kill", "pause", "start"] as const;
export type PartAction = (typeof partActions)[number];

export interface ControlledPart {
  readonly name: string;
  readonly kind: "service" | "broker" | "database";
  readonly state: ControlState;
}

export interface Control {
  /** Each service, the broker and the database: those of them that this stack started. */
  parts(): Promise<ControlledPart[]>;
  /**
   * `kill`: SIGKILL; `stop`: SIGTERM, and time to end; `pause`: its processes stay, and do nothing; `start`: whatever
   * was done before. Returns once it is done; an action that changes nothing does nothing.
   */
  act(name: string, action: PartAction): Promise<void>;
}
