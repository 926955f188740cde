/** A secret that must come out nowhere: what it is, and how it reads. */
export type Canary = { readonly what: string; readonly text: string };

/** Shorter pieces are found by chance in whatever is random. */
const SHORTEST = 8;

/** Every way in which a text may stand in what comes out: plain, escaped for JSON and URLs, in hex, in base64 at all three
 *  places where it may begin among the bytes around it. All in lower case but base64, where case is what it says. */
export function disguises(text: string): { folded: string[]; exact: string[] } {
  const bytes = Buffer.from(text, 'utf8');
  const jsonEscaped = [...text].map(escapedUnits).join('');
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const folded = [text, asciiEscaped(text), jsonEscaped, percent, encodeURIComponent(text), bytes.toString('hex')];
  const exact = [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and the last characters also carry bits of the neighbours.
    const core = encoded.slice(shift === 0 ? 0 : shift + 1, (bytes.length + shift) % 3 === 0 ? undefined : -1);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return {
    folded: [...new Set(folded.map((form) => form.toLowerCase()))],
    exact: [...new Set(exact)].filter((form) => form.length >= SHORTEST),
  };
}

/** What stands in `output` of `canaries`, each with the words around it. */
export function found(output: string, canaries: readonly Canary[]): string[] {
  const folded = output.toLowerCase();
  return canaries.flatMap(({ what, text }) => {
    const forms = disguises(text);
    const places = [
      ...forms.folded.map((form) => ({ form, at: folded.indexOf(form) })),
      ...forms.exact.map((form) => ({ form, at: output.indexOf(form) })),
    ].filter(({ at }) => at >= 0);
    return places.map(
      ({ form, at }) => `${what} as ${form}: …${output.slice(Math.max(0, at - 120), at + form.length + 40)}…`,
    );
  });
}

const unit = (code: number) => `\\u${code.toString(16).padStart(4, '0')}`;
const escapedUnits = (character: string) =>
  Array.from({ length: character.length }, (_, index) => unit(character.charCodeAt(index))).join('');
/** As JSON is written by who keeps to ASCII. */
const asciiEscaped = (text: string) => text.replace(/[^\x20-\x7e]/g, escapedUnits);
