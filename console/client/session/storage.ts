/** A text stored for this tab. Without storage, which a browser may forbid, it lasts as long as the page. */
export function storedText(name: string) {
  let kept: string | undefined;
  return {
    get(): string | undefined {
      try {
        return sessionStorage.getItem(name) ?? kept;
      } catch {
        return kept;
      }
    },
    set(text: string | undefined): void {
      kept = text;
      try {
        if (text === undefined) sessionStorage.removeItem(name);
        else sessionStorage.setItem(name, text);
      } catch {
        // No storage: only `kept` has it.
      }
    },
  };
}
