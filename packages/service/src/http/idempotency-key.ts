import { Type } from "@sinclair/typebox";

/** For a route's headers: an opaque key, 1–255 visible ASCII characters. */
export const IdempotencyKey = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: "^[\\x21-\\x7e]+$",
  description: "The same key with the same body gets the first answer again; with another body, a 422",
  examples: ["0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b"],
});
