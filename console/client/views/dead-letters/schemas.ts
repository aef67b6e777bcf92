/** Loaded with the first dead letter that is opened. */

import { payloadSchemas } from "./payload-schemas.ts" with { type: "macro" };
import type { Json } from "./payload-schemas.ts";

export const schemas: Readonly<Record<string, Json>> = payloadSchemas();
