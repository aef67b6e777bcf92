import { launchProgram } from "@orders/stack/testing/service";
import { StopWaiting, waitFor } from "@rabbit-contract/messaging/testing";

/**
 * Starts a floor's program, which must print `listening on PORT` once it is ready; on Bun unless another runtime is
 * given.
 * @throws Error with its log if it exits
 */
export async function launchFloor(
  what: string,
  script: string,
  env: Readonly<Record<string, string>>,
  program = process.execPath,
) {
  const running = launchProgram(program, [script], env);
  const port = await waitFor(
    () => {
      if (running.hasEnded()) throw new StopWaiting(`${what} ended:\n${running.log()}`);
      return /listening on (\d+)/.exec(running.log())?.[1];
    },
    { what: `${what} to start` },
  );
  return { ...running, url: `http://127.0.0.1:${port}` };
}
