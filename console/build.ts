/** Builds the page into `dist/`: `index.html`, and files with a hash in their name, which may be cached for good. */
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const source = join(import.meta.dirname, "client");
const output = join(import.meta.dirname, "dist");
const assets = join(output, "assets");

const { outputs, metafile } = await Bun.build({
  metafile: true,
  entrypoints: [join(source, "main.tsx")],
  target: "browser",
  splitting: true,
  minify: true,
  naming: {
    entry: "assets/[name]-[hash].[ext]",
    chunk: "assets/[name]-[hash].[ext]",
    asset: "assets/[name]-[hash].[ext]",
  },
  publicPath: "/",
  // The typefaces remain separate files: a style sheet that includes them would delay the first rendering.
  external: ["/assets/*"],
  define: { "process.env.NODE_ENV": '"production"' },
});
mkdirSync(assets, { recursive: true });
const former = new Set(readdirSync(assets));

/** In one step: a server may be reading the former page while this one is built. */
function place(file: string, write: (file: string) => void): void {
  const temporary = `${file}.${process.pid}.tmp`;
  write(temporary);
  renameSync(temporary, file);
  former.delete(basename(file));
}
for (const file of outputs) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  place(join(output, file.path), (path) => writeFileSync(path, bytes));
}
place(join(assets, "icon.svg"), (path) => copyFileSync(join(source, "icon.svg"), path));

const typefaces = ["inter", "jetbrains-mono"].map((font) => {
  const file = `${font}-latin-wght-normal.woff2`;
  const from = fileURLToPath(import.meta.resolve(`@fontsource-variable/${font}/files/${file}`));
  place(join(assets, file), (path) => copyFileSync(from, path));
  return `<link rel="preload" as="font" type="font/woff2" crossorigin href="/assets/${file}">`;
});

/** The script's static imports. Without a link, the browser would request each one only after reading the script. */
const imported = new Set(
  Object.values(metafile?.outputs ?? {})
    .filter(({ entryPoint }) => entryPoint?.endsWith("client/main.tsx"))
    .flatMap(({ imports }) => imports.filter(({ kind }) => kind === "import-statement"))
    .map(({ path }) => basename(path)),
);
const links = outputs.map(({ path, kind }) => {
  const address = `/assets/${basename(path)}`;
  if (kind === "entry-point") return `<script type="module" src="${address}"></script>`;
  if (imported.has(basename(path))) return `<link rel="modulepreload" href="${address}">`;
  if (path.endsWith(".css")) return `<link rel="stylesheet" href="${address}">`;
  return "";
});
// The script's first request.
const settings = '<link rel="preload" as="fetch" crossorigin href="/settings.json">';
const page = readFileSync(join(source, "index.html"), "utf8");
const head = [...links.filter(Boolean), settings, ...typefaces].join("\n");
place(join(output, "index.html"), (path) => writeFileSync(path, page.replace("</head>", `${head}\n</head>`)));
for (const file of former) if (!file.endsWith(".tmp")) rmSync(join(assets, file), { force: true });
