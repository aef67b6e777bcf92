/** The URL with another path (a database or virtual host), user or password, none of them percent-encoded. */
export function changedUrl(
  url: string,
  to: {
    /** With the port. */
    readonly host?: string;
    readonly path?: string;
    readonly user?: string;
    readonly password?: string;
  },
): string {
  const result = new URL(url);
  if (to.host !== undefined) result.host = to.host;
  if (to.path !== undefined) result.pathname = `/${encodeURIComponent(to.path)}`;
  if (to.user !== undefined) result.username = encodeURIComponent(to.user);
  if (to.password !== undefined) result.password = encodeURIComponent(to.password);
  return result.href;
}
