import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator';
import type { WindowFacts } from './wordings.js';

/** A maintenance window as a calendar file (RFC 5545), to be added with one tap. Written by `ical-generator`: of the libraries that run on
 *  Node 20 it is the one that folds lines by bytes and not by characters, of which Cyrillic takes two. Pure. */

export type CalendarEvent = {
  /** Stays the same over all versions of the window. */
  readonly uid: string;
  /** How often the window was changed: a calendar takes the highest. */
  readonly sequence: number;
  readonly window: Pick<WindowFacts, 'startsAt' | 'endsAt' | 'site'>;
  readonly summary: string;
  readonly description: string;
  /** ms. */
  readonly now: number;
};

/** @returns the text of the file; lines end with CRLF and none is longer than 75 bytes */
export function calendarFile({ uid, sequence, window, summary, description, now }: CalendarEvent): string {
  const calendar = ical({
    prodId: { company: 'Vestnik', product: 'Maintenance' },
    scale: 'GREGORIAN',
    method: ICalCalendarMethod.PUBLISH,
  });
  const site = plain(window.site ?? '').trim();
  calendar.createEvent({
    id: uid,
    sequence,
    stamp: new Date(now),
    start: new Date(window.startsAt),
    end: new Date(window.endsAt),
    summary: plain(summary),
    description: plain(description),
    ...(site === '' ? {} : { location: site }),
    status: ICalEventStatus.CONFIRMED,
    // The hour is nobody's: a calendar that plans meetings must not take it for busy.
    transparency: ICalEventTransparency.TRANSPARENT,
  });
  return `${calendar.toString()}\r\n`;
}

/** A text of RFC 5545 holds no control characters but the line ends, which the library writes as `\n`. */
const plain = (text: string): string => text.replaceAll(/\r\n?/g, '\n').replaceAll(/[^\P{Cc}\n]/gu, ' ');
