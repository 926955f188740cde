import { z } from 'zod';

/** A time as the API shows it. */
export const isoTime = z.string().meta({ format: 'date-time', example: '2026-03-01T09:30:00.000Z' });

/** @param at ms since 1970 */
export const shownTime = (at: number): string => new Date(at).toISOString();
