/** What SQLite leaves standing inside a page of a B-tree. `secure_delete` overwrites a row where it lies, but a row that moved when its page
 *  was rebuilt (another grew, a page was split) leaves a copy behind, in the gap between the list of the page's cells and their
 *  content: nothing reads it any more, and nothing overwrites it when the row is deleted. The file format is SQLite's own and promised for
 *  good (sqlite.org/fileformat2.html, §1.6). */

export type Gap = { readonly from: number; readonly to: number };

/** The first page holds the schema alone, and SQLite keeps it in memory. */
export const FIRST_PAGE_WITH_ROWS = 2;
/** From here on the number of a page could be taken for the kind of one: 64 GiB of pages of 4 KiB. */
export const MOST_PAGES = 0x01000000;

const KIND = { interiorIndex: 2, interiorTable: 5, leafIndex: 10, leafTable: 13 } as const;
const HEADER_BYTES = new Map<number | undefined, number>([
  [KIND.interiorIndex, 12],
  [KIND.interiorTable, 12],
  [KIND.leafIndex, 8],
  [KIND.leafTable, 8],
]);
const CELLS_AT = 3;
const CONTENT_AT = 5;

/** @param page one whole page, not the first
 *  @returns the gap, in bytes of the page, if it is a page of a B-tree and anything stands there */
export function soiledGap(page: Buffer): Gap | undefined {
  const headerBytes = HEADER_BYTES.get(page[0]);
  if (headerBytes === undefined) return undefined;
  const from = headerBytes + 2 * page.readUInt16BE(CELLS_AT);
  const to = page.readUInt16BE(CONTENT_AT) || 65_536;
  if (from >= to || to > page.length) return undefined; // none, or not such a page after all
  return isZero(page.subarray(from, to)) ? undefined : { from, to };
}

const ZEROS = Buffer.alloc(65_536);
const isZero = (bytes: Buffer) => bytes.equals(ZEROS.subarray(0, bytes.length));
