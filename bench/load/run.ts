import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { LoadJob, LoadResult } from "./job.ts";

const worker = fileURLToPath(new URL("worker.ts", import.meta.url).href);

/** Places the job's orders. @throws Error if one is not accepted */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const child = spawn(process.execPath, [worker, JSON.stringify(job)], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("exit", resolve);
    child.once("error", reject);
  });
  const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(`the load ended with ${code}:\n${errors}`);
  return JSON.parse(output);
}
