/** A form as `multipart/form-data`, for uploads (RFC 7578). */
export type FormPart =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly fileName: string; readonly mimeType: string; readonly bytes: Uint8Array };

/** @param boundary must not occur in any part */
export function multipart(parts: readonly FormPart[], boundary: string): { body: Buffer; contentType: string } {
  const pieces = parts.flatMap((part): (string | Uint8Array)[] => {
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(part.name)}"`;
    if ('value' in part) return [`${head}\r\n\r\n${part.value}\r\n`];
    return [
      `${head}; filename="${quoted(part.fileName)}"\r\ncontent-type: ${part.mimeType}\r\n\r\n`,
      part.bytes,
      '\r\n',
    ];
  });
  const body = Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece as string)));
  return { body, contentType: `multipart/form-data; boundary=${boundary}` };
}

/** As browsers write it: a quote or a line break must not end the name. */
const quoted = (text: string): string => text.replaceAll('"', '%22').replaceAll(/[\r\n]+/g, ' ');
