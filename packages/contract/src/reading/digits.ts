/** Whether a number keeps its digits when it is read. */

interface Problem {
  readonly message: string;
  readonly fix: string;
}

/** @param value what JavaScript, and most JSON parsers, read from `written` */
export function digitsProblem(written: string, value: number): Problem | undefined {
  if (!Number.isFinite(value)) {
    return {
      message: `${written} is not a JSON number`,
      fix: "write a number below 1.8e308, or leave it out",
    };
  }
  if (isSame(written, value)) return undefined;
  return {
    message: `${written} cannot be represented exactly: it would be read as ${value}`,
    fix: "write a number of at most 15 digits, or use a string",
  };
}

function isSame(written: string, value: number): boolean {
  if (written === String(value)) return true;
  if (/^0[xo]/i.test(written)) return BigInt(written) === BigInt(value);
  return canonical(written) === canonical(String(value));
}

/** Sign, significant digits and exponent. */
function canonical(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^([-+]?)(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  const scale = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign === "-" ? "-" : ""}${significant}e${scale}`;
}
