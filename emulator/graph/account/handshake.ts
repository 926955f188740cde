import { request } from 'undici';

/** The verification GET of reference §1.1. @returns whether the server gave the challenge back, and what it answered */
export async function handshake(
  address: string,
  token: string,
  challenge = String(1_000_000_000 + (Date.now() % 1_000_000_000)),
): Promise<{ ok: boolean; answered: number | null; body: string }> {
  const url = new URL(address);
  url.searchParams.set('hub.mode', 'subscribe');
  url.searchParams.set('hub.challenge', challenge);
  url.searchParams.set('hub.verify_token', token);
  try {
    const answer = await request(url, { headersTimeout: 10_000, bodyTimeout: 10_000 });
    const body = (await answer.body.text()).slice(0, 1_000);
    return { ok: answer.statusCode === 200 && body === challenge, answered: answer.statusCode, body };
  } catch (error) {
    return { ok: false, answered: null, body: String(error) };
  }
}
