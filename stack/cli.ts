import { resolve } from "node:path";
import { backingServicesDown, backingServicesUp } from "./backing-services.ts";

const root = resolve(import.meta.dirname, "..");
const [command = "", ...rest] = process.argv.slice(2);
// Progress goes to stderr, so that stdout holds only what a caller may want to use.
const progress = (line: string) => console.error(line);

switch (`${command} ${rest[0] ?? ""}`.trim()) {
  case "backing-services up": {
    const environment = await backingServicesUp(resolve(root, ".local/backing-services"), { progress });
    for (const [name, value] of Object.entries(environment)) console.log(`export ${name}='${value}'`);
    break;
  }
  case "backing-services down":
    await backingServicesDown(resolve(root, ".local/backing-services"), {
      purge: rest.includes("--volumes"),
    });
    break;
  default:
    console.error("usage: bun stack/cli.ts backing-services up|down [--volumes]");
    process.exit(2);
}
