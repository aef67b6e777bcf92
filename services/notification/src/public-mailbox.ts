import { isEmail } from "@rabbit-contract/messaging/formats";
import { parse } from "tldts";

/** Suffixes of the list of public suffixes that have no mailboxes. */
const infrastructure = /(^|\.)(arpa|onion)$/;

/**
 * Whether customers may have e-mail sent there: the domain is one of the public internet, and neither an IP address nor a
 * name of an internal network. Whether it exists, the mail server finds out.
 */
export function isPublicMailbox(text: string): boolean {
  if (!isEmail(text)) return false;
  const { domain, isIcann, publicSuffix } = parse(text.slice(text.lastIndexOf("@") + 1));
  return domain !== null && isIcann === true && !infrastructure.test(publicSuffix ?? "");
}
