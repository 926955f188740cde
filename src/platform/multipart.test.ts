import assert from 'node:assert/strict';
import { multipart } from './multipart.js';

describe('a form with a file', () => {
  it('is read by others as it was written, bytes and names', async () => {
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, at) => at % 256));
    const { body, contentType } = multipart(
      [
        { name: 'messaging_product', value: 'whatsapp' },
        { name: 'file', fileName: 'мои "данные"\r\n.json', mimeType: 'text/plain', bytes },
      ],
      'the-boundary',
    );
    const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
    assert.equal(form.get('messaging_product'), 'whatsapp');
    const file = form.get('file');
    assert.ok(file instanceof File);
    assert.equal(file.type, 'text/plain');
    assert.deepEqual(Buffer.from(await file.arrayBuffer()), bytes);
    assert.match(file.name, /^мои .*данные.* \.json$/);
  });
});
