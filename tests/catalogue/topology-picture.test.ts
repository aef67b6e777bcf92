import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { root } from "@orders/stack";
import { buildContract, Source, systemTopology } from "@rabbit-contract/contract";
import { cataloguePages, topologyPicture } from "@rabbit-contract/contract/catalogue";
import { findChromium, launchBrowser, patient, type TestBrowser, type Visit } from "./browser.ts";
import { compareImages } from "./pixels.ts";

const contract = buildContract(Source.read(join(root, "asyncapi/asyncapi.yaml")));
const executable = findChromium();

/** To accept what is drawn now: UPDATE_GOLDEN=1 bun test tests/catalogue/topology-picture.test.ts */
const update = process.env.UPDATE_GOLDEN === "1";
const accept =
  "look at it with make docs; to accept it, UPDATE_GOLDEN=1 bun test tests/catalogue/topology-picture.test.ts";

/** The images in the README. */
const images = { light: "docs/images/topology.png", dark: "docs/images/topology-dark.png" } as const;

describe("picture of the topology", () => {
  it("shows every exchange, queue, retry tier and dead-letter queue, and every binding of a message", () => {
    const drawn = topologyPicture({ contract, links: { root: "" } }).toString();
    const { exchanges, queues } = systemTopology(contract);
    for (const { name } of exchanges) assert.ok(drawn.includes(`#exchange-${name}"`), name);
    for (const { name } of queues) assert.ok(drawn.includes(`#queue-${name}"`), name);
    for (const { name, bindings } of contract.queues) {
      for (const { exchange, routingKey } of bindings) {
        if (exchange.endsWith(".redelivery")) continue;
        const edge = `data-from="key ${exchange} ${routingKey}" data-to="queue ${name}"`;
        assert.ok(drawn.includes(edge), edge);
      }
    }
  });

  it("has the expected geometry", () => {
    const file = fileURLToPath(new URL("topology.svg", import.meta.url));
    const drawn = `${topologyPicture({ contract, links: { root: "" } })}\n`;
    if (update) writeFileSync(file, drawn);
    assert.ok(drawn === readFileSync(file, "utf8"), `the picture is not that of ${file}: ${accept}`);
  });

  describe("in a browser", () => {
    const folder = mkdtempSync(join(tmpdir(), "topology-picture-test-"));
    const page = join(folder, "index.html");
    let browser: TestBrowser;

    before(async () => {
      const none = join(folder, "none");
      const pages = cataloguePages(contract, {
        pacts: none,
        releases: none,
        stories: join(root, "asyncapi/catalogue/stories.yaml"),
      });
      writeFileSync(page, String(pages.get("index.html")));
      browser = await launchBrowser(executable);
    });

    after(async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    });

    const viewport = { width: 1280, height: 1310 };
    const shoot = async (visit: Visit) => {
      await visit.page.evaluate(() => document.fonts.ready);
      return await visit.page.screenshot({ animations: "disabled" });
    };

    for (const colorScheme of ["light", "dark"] as const) {
      it(`looks in ${colorScheme} colours as in ${images[colorScheme]}`, patient, async () => {
        const file = join(root, images[colorScheme]);
        await browser.visit({ viewport, colorScheme }, async (visit) => {
          await visit.page.goto(pathToFileURL(page).href);
          const seen = await shoot(visit);
          if (update) {
            mkdirSync(dirname(file), { recursive: true });
            writeFileSync(file, seen);
          }
          assert.ok(existsSync(file), `there is no ${file}: ${accept}`);
          const { sizes, share } = compareImages(readFileSync(file), seen);
          assert.equal(sizes[0], sizes[1]);
          // Antialiasing differs between browser versions; a real difference is far above this.
          assert.ok(
            share < 0.01,
            `${(share * 100).toFixed(2)} % of the pixels differ from ${file}: ${accept}`,
          );
        });
      });
    }

    it("comparison detects missing colours", patient, async () => {
      await browser.visit({ viewport, colorScheme: "light" }, async (visit) => {
        await visit.page.goto(pathToFileURL(page).href);
        await visit.page.evaluate(() => {
          for (const box of document.querySelectorAll("svg.topology rect")) box.removeAttribute("rx");
          for (const part of document.querySelectorAll("svg.topology *")) part.removeAttribute("class");
        });
        const broken = await shoot(visit);
        const { share } = compareImages(readFileSync(join(root, images.light)), broken);
        assert.ok(share > 0.01, `only ${share} differs`);
      });
    });
  });
});
