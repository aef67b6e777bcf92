/** A customer with known data. */
import type { Contact } from "../src/notification.ts";

export const customerId = "c-1042";
export const orderId = "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01";
export const contact: Contact = { email: "ada@example.com", name: "Ada Lovelace", channels: ["email"] };
