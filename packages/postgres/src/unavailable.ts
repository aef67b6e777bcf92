/** SQLSTATEs that mean "not now": connection, no such database yet, resources, intervention, read-only, conflict. */
const unavailableStates = /^(08...|3D000|53...|57P0[1235]|25006|25P03|40001|40P01|55P03)$/;
const unavailableCodes =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;
const unavailableMessages =
  /connection terminated|connection ended|timeout exceeded when trying to connect|client has encountered a connection error|client was closed|connection closed/i;

/** True when the database cannot be reached, or cannot serve now: the request is not to blame and may be repeated. */
export function isUnavailable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = "code" in cause ? String(cause.code) : "";
    if (unavailableStates.test(code) || unavailableCodes.test(code)) return true;
    if (unavailableMessages.test(cause.message)) return true;
    if (cause instanceof AggregateError && cause.errors.some(isUnavailable)) return true;
  }
  return false;
}
