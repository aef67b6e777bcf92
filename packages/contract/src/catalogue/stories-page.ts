/** The page of the stories: each as a picture and in words. */
import { type Content, type Html, html } from "./html.ts";
import { type Links, messageLink, queueLink } from "./links.ts";
import { renderPage, type Site } from "./page.ts";
import { self } from "./queue-sections.ts";
import { sequencePicture } from "./sequence-picture.ts";
import type { Stories } from "./stories.ts";
import { client, type Event, eventsOf } from "./story-events.ts";
import { code, joined } from "./tables.ts";

export function storiesPage(site: Site, life: Stories): Html {
  const { contract } = site;
  const { page, title, about, stories } = life;
  const links: Links = { root: "" };
  return renderPage(site, {
    title,
    description: `The messages of ${contract.title}, in the order in which they follow each other.`,
    links,
    current: page,
    main: html`<section class="hero">
<p class="eyebrow">in sequence</p>
<h1>${title}</h1>
<div class="lead"><p>${about}</p></div>
<ul class="counts">${stories.map((story) => html`<li><a href="#${story.id}">${story.title}</a></li>`)}</ul>
</section>
${stories.map(
  (story) => html`<section aria-labelledby="${story.id}">
<h2 id="${story.id}">${story.title} ${self(story.id)}</h2>
<p>${story.about}</p>
<div class="scroll picture-frame" role="region" aria-label="Picture: ${story.title}" tabindex="0">
${sequencePicture(contract, life, story, links)}
</div>
<details class="part"><summary>In words</summary><ol class="steps">
${eventsOf(contract, story).map((event) => html`<li>${inWords(event, life, links)}</li>\n`)}</ol></details>
</section>\n`,
)}`,
  });
}

function inWords(event: Event, { owner, subject }: Stories, links: Links): Content {
  switch (event.kind) {
    case "message": {
      const consumers = event.to.map(
        ({ service, queue }) => html`${service}, by queue ${queueLink(links, queue)}`,
      );
      return html`${event.from} sends ${messageLink(links, event.message)} through exchange ${code(event.exchange)} to ${joined(consumers, "; and to ")}.${event.note !== undefined && ` (${event.note})`}`;
    }
    case "call":
      return html`The ${client} calls ${code(event.call)} of ${event.to}${event.answer !== undefined && html`, and gets ${code(event.answer)}`}.`;
    case "work":
      return `${event.service}: ${event.does}.`;
    case "state":
      return `${owner}: the ${subject} is ${event.state}.`;
  }
}
