import { environmentFor } from "@rabbit-contract/service/testing";
import { socketDirectory, socketIn } from "../break-it/machine.ts";
import { perService } from "../names.ts";
import { type AdminEnvironment, monitorUrl, serviceEnvironment } from "../provision.ts";
import { localIssuer } from "./local-issuer.ts";
import { type Part, type Ports, partsOf } from "./parts.ts";
import { type LocalState, placeOf } from "./state.ts";

/** A state once its parts can be started. */
export interface StartableState extends LocalState {
  readonly ports: Ports;
  readonly monitorPassword: string;
  readonly admin: AdminEnvironment;
}

/** Undefined as long as the system was never started by this version. */
export function startable(state: LocalState): StartableState | undefined {
  const { ports, monitorPassword, admin } = state;
  if (!ports || !monitorPassword || !admin) return undefined;
  return { ...state, ports, monitorPassword, admin };
}

/** How each part of this system is started. */
export function partsOfState(state: StartableState): Part[] {
  const { ports, passwords, monitorPassword, admin, watch = false } = state;
  const place = placeOf(state, admin);
  return partsOf({
    ports,
    services: perService((name) => serviceEnvironment(name, { ...place, passwords })),
    authentication: environmentFor(localIssuer()),
    console: {
      CONSOLE_RABBITMQ_MANAGEMENT_URL: monitorUrl(place, monitorPassword),
      CONSOLE_VIRTUAL_HOST: place.virtualHost,
      CONSOLE_BREAK_IT_SOCKET: socketIn(socketDirectory()),
    },
    watch,
  });
}
