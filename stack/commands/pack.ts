/** `make pack`: the tarballs of the packages that other teams install. */
import { resolve } from "node:path";
import { packPackages } from "../pack.ts";
import { root } from "../paths.ts";

const folder = resolve(root, ".local/packed");
for (const file of Object.values(packPackages(folder))) console.log(file);
