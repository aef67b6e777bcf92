/** The `format`s that a contract may use. Each check is as strict as the RFC that defines the format. */
import { isIPv4 as isNetIPv4, isIPv6 as isNetIPv6 } from "node:net";

const lowerCaseUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const uuid = new RegExp(lowerCaseUuid, "i");
const date = /^\d{4}-\d\d-\d\d$/;
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;
const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const domain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
// Characters and structure are checked separately: one expression for both needs a stack as deep as the text is long.
const uriCharacters = /^[\w.~!$&'()*+,;=:@/?#[\]%-]*$/;
const badPercent = /%(?![0-9a-f]{2})/i;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;
const octets = /^[^\u0100-\uffff]*$/;
const hostLabels = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const duration =
  /^P(?:\d+W|(?=\d|T\d)(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)?(?:T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?)$/;
const uriStructure =
  /^[a-z][a-z0-9+.-]*:(?:\/\/(?:[^@/?#[\]]*@)?(?:\[[0-9a-f:.]+\]|[^:@/?#[\]]*)(?::\d*)?(?:\/[^?#[\]]*)?|(?!\/\/)[^?#[\]]*)(?:\?[^#[\]]*)?(?:#[^#[\]]*)?$/i;

/** RFC 9562, of any version, without `urn:uuid:`. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}

/** As this runtime and PostgreSQL write it: message ids are compared as text. */
export function isLowerCaseUuid(text: string): boolean {
  return lowerCaseUuid.test(text);
}

/** RFC 3339 `full-date` that exists in the calendar. */
export function isDate(text: string): boolean {
  return date.test(text) && isCalendarDay(text);
}

/**
 * RFC 3339 `date-time` on a day that exists in the calendar, and within what PostgreSQL takes as a `timestamptz`: the years
 * 0001 to 9999, also in UTC, up to nine decimals, offsets below 16 hours. A leap second is valid where UTC may have one,
 * although JavaScript's Date cannot represent it.
 */
export function isDateTime(text: string): boolean {
  if (!dateTime.test(text) || !isCalendarDay(text)) return false;
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (hour > 23 || minute > 59 || second > 60) return false;
  const offset = offsetMinutes(text);
  if (offset === undefined) return false;
  const minuteOfDay = hour * 60 + minute - offset;
  if (text.startsWith("0000") || (minuteOfDay < 0 && text.startsWith("0001-01-01"))) return false;
  if (minuteOfDay >= 1440 && text.startsWith("9999-12-31")) return false;
  return second < 60 || (minuteOfDay + 1440) % 1440 === 1439;
}

/** RFC 5321 mailbox with a dot-atom local part and a domain of at least two labels, in ASCII. */
export function isEmail(text: string): boolean {
  if (text.length > 254) return false;
  const at = text.lastIndexOf("@");
  if (at < 1 || at > 64) return false;
  return localPart.test(text.slice(0, at)) && domain.test(text.slice(at + 1));
}

/** RFC 3986 `URI`: absolute, with a scheme; non-ASCII characters must be percent-encoded. */
export function isUri(text: string): boolean {
  if (!uriCharacters.test(text) || badPercent.test(text) || !uriStructure.test(text)) return false;
  const bracket = text.indexOf("[");
  return bracket < 0 || isNetIPv6(text.slice(bracket + 1, text.indexOf("]")));
}

/** Base64 of RFC 4648 section 4, with padding and without line breaks. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && base64.test(text);
}

/** Octets as JSON can hold them: one character each, U+0000 to U+00FF. */
export function isBinary(text: string): boolean {
  return octets.test(text);
}

/** RFC 3339 appendix A: ISO 8601 with integers, such as `P3DT12H`; weeks stand alone. */
export function isDuration(text: string): boolean {
  return duration.test(text);
}

/** RFC 2673 dotted quad, without leading zeros. */
export function isIpv4(text: string): boolean {
  return isNetIPv4(text);
}

/** RFC 4291, without a zone. */
export function isIpv6(text: string): boolean {
  return isNetIPv6(text) && !text.includes("%");
}

/** RFC 1123 host name in ASCII, of one label or more, without a dot at the end. */
export function isHostname(text: string): boolean {
  return text.length <= 253 && hostLabels.test(text);
}

/** @param text starts with `YYYY-MM-DD` */
function isCalendarDay(text: string): boolean {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(month, year);
}

function daysOf(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The offset at the end of `text`, in minutes east of UTC; undefined when it is out of range. */
function offsetMinutes(text: string): number | undefined {
  if (text.endsWith("Z") || text.endsWith("z")) return 0;
  const hours = twoDigits(text, text.length - 5);
  const minutes = twoDigits(text, text.length - 2);
  if (hours > 15 || minutes > 59) return undefined;
  return (text.charAt(text.length - 6) === "-" ? -1 : 1) * (hours * 60 + minutes);
}

/** Reads two digits in place, which the regular expressions have checked; allocates nothing. */
function twoDigits(text: string, index: number): number {
  return (text.charCodeAt(index) - 48) * 10 + text.charCodeAt(index + 1) - 48;
}
