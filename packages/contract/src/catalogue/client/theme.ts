/** Runs before the page is drawn: the theme that was chosen last, if one was. */
{
  let chosen: string | null = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // A browser may forbid storage; then the system's preference holds.
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}
