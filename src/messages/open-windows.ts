import { slices, type Engine } from '../storage/engine.js';
import { conversations } from './message-tables.js';
import { windowOpen } from './window.js';

/** Which of these conversations may be written to freely now. @param ids see `conversationId` @throws StoreUnavailable */
export async function openWindows(
  engine: Pick<Engine, 'getMany'>,
  ids: Iterable<string>,
  now: number,
): Promise<ReadonlySet<string>> {
  const found = await Promise.all([...slices([...new Set(ids)])].map((slice) => engine.getMany(conversations, slice)));
  return new Set(found.flat().flatMap((talk) => (windowOpen(talk.lastInboundAt, now) ? [talk.id] : [])));
}
