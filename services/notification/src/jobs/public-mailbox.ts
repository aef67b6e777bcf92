import { isEmail } from "@rabbit-contract/messaging/formats";

/** Names that no public server has (RFC 2606, 6761, 6762, 7686, 8375, and what networks at home and at work use). */
const internal =
  /\.(?:localhost|local|internal|intranet|private|corp|home|lan|localdomain|home\.arpa|arpa|onion|alt|invalid|test)$/i;

/**
 * Whether customers may have e-mail sent there: by its name, it is a mailbox of the public internet, and neither an
 * address of a machine nor a host that only those inside know. Whose the name is, the mail server finds out.
 */
export function isPublicMailbox(text: string): boolean {
  if (!isEmail(text)) return false;
  const domain = text.slice(text.lastIndexOf("@") + 1);
  // A top-level domain has a letter; without one it is an IPv4 address, or part of one.
  return /[a-z]/i.test(domain.slice(domain.lastIndexOf(".") + 1)) && !internal.test(domain);
}
