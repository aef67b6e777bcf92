import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readLines } from "./read-lines.ts";

const header = "sku,name,price,currency,quantity";
const read = (...lines: readonly string[]) => readLines([header, ...lines].join("\n"));

describe("a CSV file of products", () => {
  it("has the line numbers of the file, in spite of empty lines and texts of several lines", async () => {
    const lines = await read("A,Ant,1.50,EUR,3", "", ",,,,", '"B","Two\r\nlines",1,EUR,', "C,Cat,1,EUR,");
    assert.deepEqual(
      lines.map(({ number, product, quantity }) => [number, product?.sku, quantity]),
      [
        [2, "A", 3],
        [5, "B", 0],
        [7, "C", 0],
      ],
    );
  });

  it("keeps formulas and markup as text", async () => {
    const name = '=HYPERLINK("javascript:alert(1)")<script>';
    const [line] = await read(`A,"${name.replaceAll('"', '""')}",1,EUR,`);
    assert.equal(line?.product?.name, name);
  });

  it("names what is wrong with each line", async () => {
    const lines = await read(
      "=1+1,Ant,1,EUR,1",
      "A,,-1,EUR,1.5",
      "B,Bee,1,eur,",
      "C,Cat,1,EUR,",
      "C,Cat,1,EUR,",
      "D",
    );
    const errors = lines.map((line) => line.errors.join("; "));
    const expected = [/sku: must/, /name: is missing/, /currency: must/, /^$/, /in line 5/, /Too few/];
    for (const [index, pattern] of expected.entries()) assert.match(errors[index] ?? "none", pattern);
    assert.match(errors[1] ?? "", /price: .*quantity: /);
    assert.deepEqual(
      lines.filter(({ product }) => product !== undefined).map(({ number }) => number),
      [5],
    );
  });

  it("is refused without the required columns, and with too many lines", async () => {
    await assert.rejects(readLines("id,title\n1,x"), /does not name the column sku, name, price, currency/);
    await assert.rejects(readLines("__proto__,constructor\n1,x"), /does not name the column/);
    await assert.rejects(
      read(...Array.from({ length: 10_001 }, (_, n) => `S${n},S,1,EUR,`)),
      /more than 10000 lines/,
    );
    await assert.rejects(
      read("A,S,1,EUR,", ...Array.from({ length: 10_001 }, () => ""), "B,S,1,EUR,"),
      /more than 10000 lines/,
    );
  });
});
