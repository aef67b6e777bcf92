import { isEmail } from "@rabbit-contract/messaging/formats";
import { parse } from "tldts";

/** Entries of the public suffix list that have no mailboxes. */
const infrastructure = /(^|\.)(arpa|onion)$/;

/**
 * Whether a customer may use this address: its domain must be a public one, not an IP address or a name in an internal
 * network. Whether the domain exists is left to the mail server.
 */
export function isPublicMailbox(text: string): boolean {
  if (!isEmail(text)) return false;
  const { domain, isIcann, publicSuffix } = parse(text.slice(text.lastIndexOf("@") + 1));
  return domain !== null && isIcann === true && !infrastructure.test(publicSuffix ?? "");
}
