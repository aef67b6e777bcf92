/** Builds the page into `dist/`: `index.html`, and files with a hash in their name, which may be cached for good. */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const source = join(import.meta.dirname, "client");
const output = join(import.meta.dirname, "dist");

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
  // The typefaces stay files: a style sheet with them inside would have to be loaded before anything is drawn.
  external: ["/assets/*"],
  define: { "process.env.NODE_ENV": '"production"' },
});
// Only now, so that a server has the former page while this one is built.
rmSync(output, { recursive: true, force: true });
for (const file of outputs) await Bun.write(join(output, file.path), file);
copyFileSync(join(source, "icon.svg"), join(output, "assets/icon.svg"));

const typefaces = ["inter", "jetbrains-mono"].map((font) => {
  const file = `${font}-latin-wght-normal.woff2`;
  const from = fileURLToPath(import.meta.resolve(`@fontsource-variable/${font}/files/${file}`));
  copyFileSync(from, join(output, "assets", file));
  return `<link rel="preload" as="font" type="font/woff2" crossorigin href="/assets/${file}">`;
});

/** What the script imports at once. Without a link, each would be asked for only after it is read. */
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
// The first thing that the script asks for.
const settings = '<link rel="preload" as="fetch" crossorigin href="/settings.json">';
const page = readFileSync(join(source, "index.html"), "utf8");
writeFileSync(
  join(output, "index.html"),
  page.replace("</head>", `${[...links.filter(Boolean), settings, ...typefaces].join("\n")}\n</head>`),
);
