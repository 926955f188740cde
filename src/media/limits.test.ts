import assert from 'node:assert/strict';
import { bareType, CASE_LIMITS, MEDIA_LIMITS, refusalOf, type MediaKind } from './limits.js';
import { attachmentOf } from './attachment.js';

const NOTHING = { files: 0, bytes: 0 };

describe('What a case keeps', () => {
  it('are pictures, recordings and documents of the sizes that Meta hands on', () => {
    for (const [kind, type] of [
      ['image', 'image/jpeg'],
      ['audio', 'audio/ogg; codecs=opus'],
      ['video', 'VIDEO/MP4'],
      ['document', 'application/pdf'],
      ['document', 'image/png'],
      ['sticker', 'image/webp'],
    ] as const) {
      const { maxBytes } = MEDIA_LIMITS[kind];
      assert.equal(refusalOf(kind, type, maxBytes, NOTHING), undefined, type);
      assert.equal(refusalOf(kind, type, maxBytes + 1, NOTHING), 'tooLarge', type);
    }
  });

  it('is nothing that runs or that a browser would open as a page', () => {
    for (const type of [
      'text/html',
      'image/svg+xml',
      'application/xhtml+xml',
      'text/javascript',
      'application/x-msdownload',
      'application/vnd.android.package-archive',
      'application/zip',
      'application/x-sh',
      'application/vnd.ms-word.document.macroEnabled.12',
      'application/octet-stream',
      '',
      '__proto__',
      'constructor',
    ])
      for (const kind of Object.keys(MEDIA_LIMITS) as MediaKind[])
        assert.equal(refusalOf(kind, type, 1, NOTHING), 'type', `${kind} ${type}`);
  });

  it('is no more than a case may hold', () => {
    assert.equal(refusalOf('image', 'image/png', 1, { files: CASE_LIMITS.files, bytes: 0 }), 'tooMany');
    assert.equal(refusalOf('image', 'image/png', 2, { files: 1, bytes: CASE_LIMITS.bytes - 1 }), 'tooMany');
    assert.equal(refusalOf('image', 'image/png', 1, { files: 1, bytes: CASE_LIMITS.bytes - 1 }), undefined);
  });

  it('has its type without parameters', () => {
    assert.equal(bareType(' Audio/OGG ; codecs=opus'), 'audio/ogg');
  });
});

describe('A file that is handed out', () => {
  const name = (fileName: string | null, mimeType = 'application/pdf') =>
    attachmentOf({ id: '0abc', kind: 'document', mimeType, fileName });

  it('has the ending of its type, whatever it was called', () => {
    assert.equal(name('договор.pdf'), 'договор.pdf');
    assert.equal(name('invoice.pdf.exe'), 'invoice.pdf.exe.pdf');
    assert.equal(name('Invoice.PDF'), 'Invoice.PDF');
    assert.equal(name(null), 'document-0abc.pdf');
    assert.equal(name('photo', 'image/jpeg'), 'photo.jpg');
  });

  it('has a name that leads nowhere and breaks no header', () => {
    assert.equal(name('../../etc/passwd'), 'passwd.pdf');
    assert.equal(name('C:\\Users\\x\\a.pdf'), 'a.pdf');
    assert.equal(name('a"\r\nSet-Cookie: x.pdf'), 'a Set-Cookie x.pdf');
    assert.equal(name('\u202Efdp.exe'), 'fdp.exe.pdf');
    assert.equal(name('...'), 'document-0abc.pdf');
    assert.ok(name('я'.repeat(500)).length <= 110);
  });
});
