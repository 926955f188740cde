import type { ContactRow } from '../contacts/contact-tables.js';
import type { OutboundContent, OutboundDocument } from '../messages/outbound.js';
import type { Attachment, CloudApi, UploadedFile } from '../platform/cloud-api.js';
import type { PhoneNumberId } from '../platform/ids.js';
import type { Outcome } from './settlement.js';

/** Files in front of messages: made of what the store knows at the moment of sending, uploaded, and kept nowhere. As nothing has gone out
 *  while a file is made and uploaded, none of its failures leaves the message's fate unknown: it goes back to the queue, or is refused
 *  for good. */

/** @param body the words of the message as it waited
 *  @returns the file, and the words with whatever belongs to it; no file where it would not be true any more: then the words say so */
export type MakeDocument = (
  document: OutboundDocument,
  contact: ContactRow,
  body: string,
) => Promise<{ readonly file?: UploadedFile; readonly body: string }>;

export type Prepared = {
  readonly kind: 'prepared';
  readonly content: OutboundContent;
  /** Absent where there is no file after all. */
  readonly attachment?: Attachment;
};

type AttachmentsDeps = {
  readonly cloudApi: CloudApi;
  readonly phoneNumberId: PhoneNumberId;
  readonly makeDocument?: MakeDocument;
};

/** Each holds a whole file in memory, and a connection. */
const AT_ONCE = 8;

export class Attachments {
  readonly #deps: AttachmentsDeps;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(deps: AttachmentsDeps) {
    this.#deps = deps;
  }

  /** The message as it leaves, or why it cannot. Never throws. Bounded: every file before it takes no longer than one call. */
  async prepare(
    content: OutboundContent & { type: 'buttons' },
    document: OutboundDocument,
    contact: ContactRow,
  ): Promise<Prepared | Outcome> {
    const { cloudApi, phoneNumberId, makeDocument } = this.#deps;
    if (!makeDocument) return { kind: 'rejected', code: 0, reason: 'configuration' };
    await this.#turn();
    try {
      const { file, body } = await makeDocument(document, contact, content.body);
      const { document: _made, ...rest } = content;
      if (!file) return { kind: 'prepared', content: { ...rest, body } };
      const uploaded = await cloudApi.upload(phoneNumberId, file);
      if (uploaded.kind !== 'uploaded') return uploaded;
      const attachment = { mediaId: uploaded.mediaId, fileName: file.fileName };
      return { kind: 'prepared', content: { ...rest, body }, attachment };
    } catch {
      // The store is out, or gave what cannot be written: the person's own pause, growing.
      return { kind: 'notSent', scope: 'person', reason: 'other' };
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  discard({ mediaId }: Attachment): void {
    void this.#deps.cloudApi.discard(mediaId).catch(() => undefined);
  }

  async #turn(): Promise<void> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
  }
}
