import type { NextFunction, Request, Response } from 'express';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Lets only this machine's own pages and tools use the controls. A foreign `Host` is a name that was rebound to the
 *  loopback, a foreign `Origin` is another site's page: both act in somebody's browser without their knowing. */
export function guard(boundHost: string) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const host = request.headers.host ?? '';
    const name = host.replace(/:\d+$/, '');
    const origin = request.headers.origin;
    const site = request.headers['sec-fetch-site'];
    const own = LOOPBACK.has(name) || name === boundHost;
    if (own && (origin === undefined || origin === `http://${host}`) && site !== 'cross-site') return next();
    response.status(403).json({ error: 'the controls answer only to pages and tools of this machine' });
  };
}

/** Headers of the phone page: nothing from elsewhere, no inline scripts. */
export function pageHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.set({
    'Content-Security-Policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-src 'self'; frame-ancestors 'self'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-cache',
  });
  next();
}
