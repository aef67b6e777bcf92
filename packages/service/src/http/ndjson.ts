/** Answers that grow line by line. */

const encoder = new TextEncoder();

/**
 * Answers with one JSON document a line. The source is asked for the next one only when the client has taken the
 * last, and told to return when the client leaves; it must not throw.
 */
export function ndjson(lines: AsyncIterator<unknown, unknown, undefined>): Response {
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await lines.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
      },
      async cancel() {
        await lines.return?.();
      },
    },
    { highWaterMark: 0 },
  );
  // nginx would hold lines back to fill its buffer.
  return new Response(body, {
    headers: { "content-type": "application/x-ndjson", "x-accel-buffering": "no" },
  });
}
