import type { ChannelModel } from "amqplib";
import { superviseSession, watched } from "../connection/channel.ts";
import type { Connection } from "../connection/connection.ts";
import { Confirms, type ConfirmsOptions } from "./confirms.ts";

/**
 * Confirms over one channel of `connection` after another.
 * @param onFailure receives why a channel closed, unless the connection was lost
 */
export function confirmsOver(
  connection: Connection,
  options: ConfirmsOptions,
  onFailure: (error: unknown) => void,
): Confirms {
  const confirms = new Confirms(options);
  const session = async (model: ChannelModel) => {
    const { channel, closed } = await watched(model.createConfirmChannel());
    confirms.attach(channel);
    throw await closed;
  };
  superviseSession(connection, session, onFailure);
  return confirms;
}
