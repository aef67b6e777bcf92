/** Gives `take` the data of each event of a stream, until the stream ends or `left` is aborted. */
export async function followEvents<Data>(
  { body }: Response,
  left: AbortSignal,
  take: (data: Data) => void,
): Promise<void> {
  let text = "";
  try {
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = (text + chunk).split("\n\n");
      text = events.pop() ?? "";
      for (const [, data = ""] of events.map((event) => /^data: (.*)$/m.exec(event) ?? []))
        if (data !== "") take(JSON.parse(data));
    }
  } catch (error) {
    if (!left.aborted) throw error;
  }
}
