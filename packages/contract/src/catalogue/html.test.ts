import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { html, inline, jsonForScript, prose } from "./html.ts";

describe("html", () => {
  it("escapes text everywhere", () => {
    const text = `<script>alert("it's")</script> & more`;
    assert.equal(
      html`<p title="${text}">${text}</p>`.toString(),
      '<p title="&lt;script&gt;alert(&quot;it&#39;s&quot;)&lt;/script&gt; &amp; more">&lt;script&gt;alert(&quot;it&#39;s&quot;)&lt;/script&gt; &amp; more</p>',
    );
  });

  it("keeps markup as markup, also in lists, and omits absent values", () => {
    const items = ["a", "b"].map((name) => html`<li>${name}</li>`);
    assert.equal(html`<ul>${items}${false}${undefined}</ul>`.toString(), "<ul><li>a</li><li>b</li></ul>");
  });

  it("writes 0 and the empty string", () => {
    assert.equal(html`<b>${0}${""}</b>`.toString(), "<b>0</b>");
  });

  it("writes JSON that cannot end the surrounding script", () => {
    const written = jsonForScript({ text: "</script><script>alert(1)</script>" }).toString();
    assert.equal(written.includes("<"), false);
    assert.deepEqual(JSON.parse(written), { text: "</script><script>alert(1)</script>" });
  });

  it("renders paragraphs and code of a description, and no other Markdown", () => {
    assert.equal(
      prose("One `a<b` of *them*.\n\nTwo <b>bold</b>.").join(""),
      "<p>One <code>a&lt;b</code> of *them*.</p><p>Two &lt;b&gt;bold&lt;/b&gt;.</p>",
    );
    assert.equal(html`${inline("a ` alone")}`.toString(), "a ` alone");
  });
});
