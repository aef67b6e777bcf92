/** Starts the page: the settings, the session, then the views. */
import "./styles/index.css";
import { QueryClientProvider } from "@tanstack/preact-query";
import { render } from "preact";
import type { Settings } from "../src/shapes.ts";
import { messageOf } from "./api/problem.ts";
import { queries } from "./api/queries.ts";
import { App } from "./app.tsx";
import { applyTheme } from "./layout/theme.ts";
import { Failed } from "./parts/states.tsx";
import { machineSecret, shareSecret, signInAgain, takeSecretFromAddress } from "./session/local.ts";
import { callback, comeBack } from "./session/openid.ts";
import { signOut } from "./session/session.ts";

applyTheme();
const place = document.getElementById("page");
if (place) await start(place);

async function start(place: HTMLElement): Promise<void> {
  try {
    const response = await fetch("/settings.json");
    if (!response.ok) throw new Error(`The console answered ${response.status} to /settings.json`);
    const settings: Settings = await response.json();
    await resumeSession(settings).catch((error: unknown) => signOut(messageOf(error)));
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

/** Signs the person in, if that needs no input. */
async function resumeSession({ signIn }: Settings): Promise<void> {
  if (signIn.kind === "local") {
    takeSecretFromAddress();
    await shareSecret();
    if (machineSecret.get() !== undefined) await signInAgain();
  } else if (location.pathname === callback) {
    await comeBack(signIn);
  }
}
