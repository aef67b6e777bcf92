/** Starts the page: the settings, the session, then the views. */
import "./styles/index.css";
import { QueryClientProvider } from "@tanstack/preact-query";
import { render } from "preact";
import { queries } from "./api/queries.ts";
import { loadSettings } from "./api/settings.ts";
import { App } from "./app.tsx";
import { applyTheme } from "./layout/theme.ts";
import { Failed } from "./parts/states.tsx";
import { resumeSession } from "./session/resume.ts";

applyTheme();
const place = document.getElementById("page");
if (place) await start(place);

async function start(place: HTMLElement): Promise<void> {
  try {
    const settings = await loadSettings();
    await resumeSession(settings);
    render(
      <QueryClientProvider client={queries}>
        <App settings={settings} />
      </QueryClientProvider>,
      place,
    );
  } catch (error) {
    render(<Failed error={error} retry={() => location.reload()} />, place);
  }
}
