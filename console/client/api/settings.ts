import type { Settings } from "../../src/shapes.ts";

export async function loadSettings(): Promise<Settings> {
  const response = await fetch("/settings.json");
  if (!response.ok) throw new Error(`The console answered ${response.status} to /settings.json`);
  return await response.json();
}
