import type { Fault } from "./fault.ts";
import type { Load, LoadOptions } from "./load.ts";
import { allWorkAgain, checkAttempts } from "./progress.ts";
import type { Scenario, Stage } from "./scenario.ts";

interface FaultsInTurn extends Omit<Scenario, "run"> {
  /** The faults begin once the share `after` of the orders is settled. */
  readonly load: Partial<LoadOptions> & { readonly after?: number };
  /** Lists of faults that happen at the same time; after each list, the services must work again. */
  readonly faults: (stage: Stage) => readonly (readonly Fault[])[];
  /** The shares of orders that are settled before each list. @default each follows the one before it at once */
  readonly at?: readonly number[];
  /** Whether the faults must not use up the attempts of messages. @default false */
  readonly keepsAttempts?: boolean;
  /** Further checks, once the load has ended. */
  readonly check?: (stage: Stage, load: Load) => void;
}

/** A scenario of faults under load, each of which the services recover from before the next. */
export function inTurn(options: FaultsInTurn): Scenario {
  const { load: loadOptions, faults, at = [], keepsAttempts = false, check, ...scenario } = options;
  const system = keepsAttempts ? { ...scenario.system, env: { LOG_LEVEL: "info" } } : scenario.system;
  return {
    ...scenario,
    ...(system && { system }),
    async run(stage) {
      await stage.system.queuesSettled;
      const load = await stage.underLoad(loadOptions, async (running) => {
        for (const [index, together] of faults(stage).entries()) {
          await stage.settled(Math.floor(stage.orders * (at[index] ?? 0)));
          await Promise.all(together.map((fault) => injectInto(stage, fault, running)));
        }
      });
      if (keepsAttempts) checkAttempts(stage);
      check?.(stage, load);
    },
  };
}

async function injectInto(stage: Stage, fault: Fault, { accepted }: Load): Promise<void> {
  const before = accepted.length;
  await fault.run();
  stage.progress(`  ${fault.name}: ${accepted.length - before} orders were accepted meanwhile`);
  stage.damageEnded();
  await allWorkAgain(stage, fault.name, { services: fault.services });
  await fault.after?.();
}
