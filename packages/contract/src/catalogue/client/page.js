// @ts-check
/** Interaction on a page: theme, search, and highlighted routes in the pictures. */
{
  /** @typedef {{ kind: string, name: string, about: string, to: string }} Entry */

  /**
   * @template {HTMLElement} Kind
   * @param {string} id
   * @param {new () => Kind} kind
   * @returns {Kind}
   */
  const byId = (id, kind) => {
    const element = document.getElementById(id);
    if (!(element instanceof kind)) throw new Error(`the page has no ${id}`);
    return element;
  };

  for (const element of document.querySelectorAll(".needs-script"))
    if (element instanceof HTMLElement) element.hidden = false;

  byId("theme", HTMLButtonElement).addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // Without storage, the choice lasts as long as the page.
    }
  });

  /** @type {{ root: string, entries: Entry[] }} */
  const { root, entries } = JSON.parse(byId("search-index", HTMLScriptElement).text);
  const input = byId("search", HTMLInputElement);
  const results = byId("search-results", HTMLDivElement);
  const shown = 12;

  /**
   * Every word must occur; names that begin with the first one come first.
   * @param {string} query
   */
  const find = (query) => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const rank = (/** @type {Entry} */ entry) => {
      const name = entry.name.toLowerCase();
      const [first = ""] = words;
      return name.startsWith(first) ? 0 : name.includes(first) ? 1 : 2;
    };
    if (words.length === 0) return [];
    return entries
      .filter((entry) => {
        const text = `${entry.name} ${entry.kind} ${entry.about}`.toLowerCase();
        return words.every((word) => text.includes(word));
      })
      .sort((a, b) => rank(a) - rank(b));
  };

  /**
   * @param {string} tag
   * @param {string} className
   * @param {string} text
   */
  const part = (tag, className, text) => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };

  const show = () => {
    const found = find(input.value);
    const options = found.slice(0, shown).map((entry, index) => {
      const link = document.createElement("a");
      link.href = root + entry.to;
      link.id = `result-${index}`;
      link.tabIndex = -1;
      link.setAttribute("role", "option");
      link.append(
        part("span", "kind", entry.kind),
        part("span", "found", entry.name),
        part("span", "about", entry.about),
      );
      return link;
    });
    const more = found.length - options.length;
    const note = found.length === 0 ? "No results" : more > 0 ? `and ${more} more` : "";
    results.replaceChildren(...options, ...(note ? [part("p", "note", note)] : []));
    results.hidden = input.value.trim() === "";
    input.setAttribute("aria-expanded", String(!results.hidden && options.length > 0));
    choose(0);
  };

  const choose = (/** @type {number} */ index) => {
    const options = [...results.querySelectorAll("a")];
    options.forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === index));
    });
    const chosen = options[index];
    if (chosen && !results.hidden) input.setAttribute("aria-activedescendant", chosen.id);
    else input.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  };

  const close = () => {
    results.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  input.addEventListener("input", show);
  input.addEventListener("focus", () => input.value.trim() !== "" && show());
  input.addEventListener("keydown", (event) => {
    const options = [...results.querySelectorAll("a")];
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "Escape") close();
    else if (event.key === "Enter") options[at]?.click();
    else if (event.key === "ArrowDown") choose(Math.min(at + 1, options.length - 1));
    else if (event.key === "ArrowUp") choose(Math.max(at - 1, 0));
    else return;
    if (event.key !== "Escape") event.preventDefault();
  });
  results.addEventListener("click", close);
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !input.parentElement?.contains(event.target)) close();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
  });

  /** Highlights the routes to and from a box while it is hovered or focused. */
  for (const picture of document.querySelectorAll("svg.topology")) {
    const edges = [...picture.querySelectorAll(".edge")].filter((edge) => edge instanceof SVGPathElement);
    const nodes = [...picture.querySelectorAll(".node")].filter((node) => node instanceof SVGGElement);

    /**
     * @param {string} start
     * @param {"from" | "to"} from
     * @param {"from" | "to"} to
     */
    const follow = (start, from, to) => {
      const reached = new Set([start]);
      const used = new Set();
      for (const id of reached) {
        for (const edge of edges) {
          const [near, far] = [edge.dataset[from], edge.dataset[to]];
          if (near !== id || far === undefined) continue;
          used.add(edge);
          reached.add(far);
        }
      }
      return { reached, used };
    };

    const light = (/** @type {string | undefined} */ id) => {
      picture.classList.toggle("tracing", id !== undefined);
      const ways = id === undefined ? [] : [follow(id, "from", "to"), follow(id, "to", "from")];
      for (const edge of edges)
        edge.classList.toggle(
          "lit",
          ways.some(({ used }) => used.has(edge)),
        );
      for (const node of nodes) {
        node.classList.toggle(
          "lit",
          ways.some(({ reached }) => reached.has(node.dataset.id ?? "")),
        );
      }
    };

    for (const node of nodes) {
      node.addEventListener("pointerenter", () => light(node.dataset.id));
      node.addEventListener("pointerleave", () => light(undefined));
      node.addEventListener("focusin", () => light(node.dataset.id));
      node.addEventListener("focusout", () => light(undefined));
    }
  }
}
