#!/usr/bin/env bun
/** The command `rabbit-contract`; each command is a file in `commands/`. */
import { runCommandLine } from "./commands/index.ts";

process.exitCode = await runCommandLine(process.argv.slice(2));
