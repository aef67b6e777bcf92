/** Actions on a running part, to see how the others react. */

/** `starting`: it runs, but does not answer yet. */
export type ControlState = "running" | "starting" | "paused" | "stopped";

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
   * `kill`: SIGKILL; `stop`: SIGTERM, and time to end; `pause`: its processes stay, but do nothing; `start`: undoes any
   * of these. Returns once it is done; an action that would change nothing does nothing.
   */
  act(name: string, action: PartAction): Promise<void>;
}
