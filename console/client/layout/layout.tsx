/** The frame of every view: header with navigation, who is signed in, and the view. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect } from "preact/hooks";
import { Link, useLocation, useRoute } from "wouter-preact";
import type { Settings } from "../../src/shapes.ts";
import { Caught } from "../parts/caught.tsx";
import { Person } from "../session/person.tsx";
import { may, session } from "../session/session.ts";
import { Brand } from "./brand.tsx";
import { switchTheme } from "./theme.ts";

interface Props {
  readonly settings: Settings;
  readonly children: ComponentChildren;
}

export function Layout({ settings, children }: Props): VNode {
  const [path] = useLocation();
  useEffect(() => {
    // On a phone, the entries are wider than the page. Only they are scrolled, not the page.
    const entry = document.querySelector<HTMLElement>(".top nav [aria-current]");
    const nav = entry?.parentElement;
    if (nav) nav.scrollLeft = entry.offsetLeft - nav.offsetLeft - (nav.clientWidth - entry.offsetWidth) / 2;
  }, [path]);
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="top">
        <Link href="/" class="home" aria-label="Console">
          <Brand />
        </Link>
        <nav aria-label="Views">
          {may("console:watch") && <Entry href="/" label="Flow" />}
          {may("orders:read") && <Entry href="/orders" label="Orders" />}
          {may("products:read") && <Entry href="/products" label="Products" />}
          {may("dead-letters:list") && <Entry href="/dead-letters" label="Dead letters" />}
          {may("notifications:read") && <Entry href="/notifications" label="Notifications" />}
          {settings.breakIt && <Entry href="/break-it" label="Try to break it" />}
          <a href="/catalogue/">Messages</a>
        </nav>
        <div class="tools">
          <Person settings={settings} />
          <button type="button" id="theme" aria-label="Switch between light and dark" onClick={switchTheme}>
            <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
              <circle cx="9" cy="9" r="6.5" />
              <path d="M9 2.5a6.5 6.5 0 0 1 0 13z" />
            </svg>
          </button>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <Caught key={`${session.value?.person} ${path}`}>{children}</Caught>
      </main>
    </>
  );
}

function Entry({ href, label }: { readonly href: string; readonly label: string }): VNode {
  const [active] = useRoute(href === "/" ? "/" : `${href}/*?`);
  return (
    <Link href={href} aria-current={active ? "page" : undefined}>
      {label}
    </Link>
  );
}
